"""The installer's texts beyond NSIS's own, in every language it supports.

Terms are those of Windows ("sign in", "notification area", "Credential Manager"). `$INSTDIR`, `$Home` and
`$Installed` are filled in at run time.
"""

from __future__ import annotations

from installers import product

LANGUAGES = (
    "English",
    "German",
    "French",
    "Spanish",
    "PortugueseBR",
    "Japanese",
    "SimpChinese",
    "Polish",
    "Ukrainian",
)
"""NSIS's names; the first one is the fallback for all other languages."""

_NAME = product.NAME
_COMMAND = product.PROGRAM_NAME

TEXTS: dict[str, tuple[str, ...]] = {
    "WELCOME": (
        f"This installs {_NAME} {product.VERSION} for the current user. No administrator rights are required.$\\r$\\n"
        "$\\r$\\nClick Next to continue.",
        f"{_NAME} {product.VERSION} wird nur für Sie installiert; Administratorrechte sind nicht nötig."
        "$\\r$\\n$\\r$\\nKlicken Sie auf Weiter.",
        f"{_NAME} {product.VERSION} sera installé pour vous seul ; les droits d'administrateur ne sont pas nécessaires."
        "$\\r$\\n$\\r$\\nCliquez sur Suivant pour continuer.",
        f"Se instalará {_NAME} {product.VERSION} solo para usted; no hacen falta derechos de administrador."
        "$\\r$\\n$\\r$\\nPulse Siguiente para continuar.",
        f"O {_NAME} {product.VERSION} será instalado apenas para você; não é preciso ser administrador."
        "$\\r$\\n$\\r$\\nClique em Próximo para continuar.",
        f"{_NAME} {product.VERSION} を現在のユーザー用にインストールします。管理者権限は不要です。"
        "$\\r$\\n$\\r$\\n[次へ] をクリックして続行してください。",
        f"将仅为您安装 {_NAME} {product.VERSION}，无需管理员权限。$\\r$\\n$\\r$\\n点击“下一步”继续。",
        f"Program {_NAME} {product.VERSION} zostanie zainstalowany tylko dla bieżącego użytkownika. Uprawnienia administratora"
        " nie są wymagane.$\\r$\\n$\\r$\\nKliknij przycisk Dalej, aby kontynuować.",
        f"{_NAME} {product.VERSION} буде встановлено лише для поточного користувача. Права адміністратора не потрібні."
        "$\\r$\\n$\\r$\\nНатисніть «Далі», щоб продовжити.",
    ),
    "PROGRAM": (
        f"{_NAME} (required)",
        f"{_NAME} (erforderlich)",
        f"{_NAME} (obligatoire)",
        f"{_NAME} (obligatorio)",
        f"{_NAME} (obrigatório)",
        f"{_NAME}（必須）",
        f"{_NAME}（必需）",
        f"{_NAME} (wymagane)",
        f"{_NAME} (обов’язково)",
    ),
    "PROGRAM_IS": (
        "The icon in the notification area, and the command-line tool.",
        "Das Symbol im Infobereich und das Befehlszeilentool.",
        "L'icône de la zone de notification et l'outil en ligne de commande.",
        "El icono del área de notificación y la herramienta de línea de comandos.",
        "O ícone da área de notificação e a ferramenta de linha de comando.",
        "通知領域のアイコンとコマンドライン ツールです。",
        "通知区域中的图标和命令行工具。",
        "Ikona w obszarze powiadomień i narzędzie wiersza polecenia.",
        "Значок в області сповіщень і засіб командного рядка.",
    ),
    "START_MENU": (
        "Start menu entry",
        "Eintrag im Startmenü",
        "Entrée dans le menu Démarrer",
        "Entrada en el menú Inicio",
        "Entrada no menu Iniciar",
        "スタート メニューの項目",
        "开始菜单项",
        "Pozycja w menu Start",
        "Пункт у меню «Пуск»",
    ),
    "START_MENU_IS": (
        f"Lists {_NAME} in the Start menu.",
        f"Führt {_NAME} im Startmenü auf.",
        f"Affiche {_NAME} dans le menu Démarrer.",
        f"Muestra {_NAME} en el menú Inicio.",
        f"Mostra {_NAME} no menu Iniciar.",
        f"{_NAME} をスタート メニューに表示します。",
        f"在开始菜单中列出 {_NAME}。",
        f"Dodaje {_NAME} do menu Start.",
        f"Додає {_NAME} до меню «Пуск».",
    ),
    "AT_LOGIN": (
        "Start when you sign in",
        "Beim Anmelden starten",
        "Lancer à l'ouverture de session",
        "Iniciar al iniciar sesión",
        "Iniciar ao entrar no Windows",
        "サインイン時に起動",
        "登录时启动",
        "Uruchamiaj po zalogowaniu",
        "Запускати під час входу",
    ),
    "AT_LOGIN_IS": (
        "Starts quietly with Windows and removes old logs automatically. You can turn this off in the menu.",
        "Startet unauffällig mit Windows und entfernt alte Protokolle automatisch. Im Menü abschaltbar.",
        "Démarre discrètement avec Windows et supprime automatiquement les anciens journaux. Désactivable dans le menu.",
        "Se inicia discretamente con Windows y elimina automáticamente los registros antiguos. Se desactiva en el menú.",
        "Inicia discretamente com o Windows e remove logs antigos automaticamente. Pode ser desativado no menu.",
        "Windows とともに静かに起動し、古いログを自動的に削除します。メニューで無効にできます。",
        "随 Windows 静默启动，并自动清理旧日志。可在菜单中关闭。",
        "Uruchamia się po cichu razem z systemem Windows i automatycznie usuwa stare dzienniki. Można to wyłączyć w menu.",
        "Непомітно запускається разом із Windows і автоматично видаляє старі журнали. Це можна вимкнути в меню.",
    ),
    "IN_TERMINALS": (
        "Command-line tool",
        "Befehlszeilentool",
        "Outil en ligne de commande",
        "Herramienta de línea de comandos",
        "Ferramenta de linha de comando",
        "コマンドライン ツール",
        "命令行工具",
        "Narzędzie wiersza polecenia",
        "Засіб командного рядка",
    ),
    "IN_TERMINALS_IS": (
        f"Adds {_COMMAND} to your PATH, so that new terminals find it.",
        f"Fügt {_COMMAND} Ihrem PATH hinzu, damit neue Terminals den Befehl finden.",
        f"Ajoute {_COMMAND} à votre PATH, pour que les nouveaux terminaux le trouvent.",
        f"Añade {_COMMAND} a su PATH para que las terminales nuevas lo encuentren.",
        f"Adiciona {_COMMAND} ao seu PATH para que novos terminais o encontrem.",
        f"{_COMMAND} を PATH に追加し、新しいターミナルで使えるようにします。",
        f"将 {_COMMAND} 添加到您的 PATH，新打开的终端即可使用。",
        f"Dodaje {_COMMAND} do zmiennej PATH, aby nowe terminale znajdowały to polecenie.",
        f"Додає {_COMMAND} до змінної PATH, щоб нові термінали знаходили цю команду.",
    ),
    "RUN_NOW": (
        f"Show {_NAME} now",
        f"{_NAME} jetzt anzeigen",
        f"Afficher {_NAME} maintenant",
        f"Mostrar {_NAME} ahora",
        f"Mostrar {_NAME} agora",
        f"今すぐ {_NAME} を表示",
        f"立即显示 {_NAME}",
        f"Pokaż teraz {_NAME}",
        f"Показати {_NAME} зараз",
    ),
    "FINISHED": (
        f"{_NAME} is installed.$\\r$\\n$\\r$\\nIts icon is in the notification area, next to the clock. Windows hides"
        " new icons behind the small arrow there. To see it all the time, drag it out.",
        f"{_NAME} ist installiert.$\\r$\\n$\\r$\\nDas Symbol befindet sich im Infobereich neben der Uhr. Windows blendet neue"
        " Symbole dort hinter dem kleinen Pfeil aus. Ziehen Sie es heraus, um es immer zu sehen.",
        f"{_NAME} est installé.$\\r$\\n$\\r$\\nSon icône se trouve dans la zone de notification, près de l'horloge. Windows"
        " masque les nouvelles icônes derrière la petite flèche. Faites glisser l'icône hors de là pour la voir en permanence.",
        f"{_NAME} está instalado.$\\r$\\n$\\r$\\nSu icono está en el área de notificación, junto al reloj. Windows oculta los"
        " iconos nuevos tras la flecha pequeña. Para verlo siempre, arrástrelo fuera de ahí.",
        f"{_NAME} está instalado.$\\r$\\n$\\r$\\nSeu ícone está na área de notificação, ao lado do relógio. O Windows oculta"
        " ícones novos atrás da setinha. Para vê-lo sempre, arraste-o para fora.",
        f"{_NAME} がインストールされました。$\\r$\\n$\\r$\\nアイコンは時計の横の通知領域にあります。新しいアイコンは小さな矢印の中に"
        "隠れます。常に表示するには、外へドラッグしてください。",
        f"{_NAME} 已安装。$\\r$\\n$\\r$\\n图标位于时钟旁的通知区域。Windows 会将新图标隐藏在小箭头后面。要始终显示，请将其拖出。",
        f"Zainstalowano program {_NAME}.$\\r$\\n$\\r$\\nJego ikona znajduje się w obszarze powiadomień obok zegara. Windows ukrywa"
        " nowe ikony pod małą strzałką. Aby ikona była zawsze widoczna, przeciągnij ją stamtąd.",
        f"{_NAME} встановлено.$\\r$\\n$\\r$\\nЗначок розташовано в області сповіщень поруч із годинником. Windows ховає нові"
        " значки за маленькою стрілкою. Щоб бачити значок завжди, перетягніть його звідти.",
    ),
    "ENDING": (
        f"Closing the running {_NAME}...",
        f"Das laufende {_NAME} wird geschlossen ...",
        f"Fermeture de {_NAME}...",
        f"Cerrando {_NAME}...",
        f"Fechando o {_NAME}...",
        f"実行中の {_NAME} を終了しています...",
        f"正在关闭运行中的 {_NAME}...",
        f"Zamykanie uruchomionego programu {_NAME}...",
        f"Закриття запущеної програми {_NAME}...",
    ),
    "IN_USE": (
        f"A program in $INSTDIR is still running, perhaps {product.PROGRAM_NAME} in a terminal. Close it and try again."
        " Nothing has been changed.",
        f"Ein Programm in $INSTDIR läuft noch, vielleicht {product.PROGRAM_NAME} in einem Terminal. Schließen Sie es und"
        " versuchen Sie es erneut. Es wurde nichts geändert.",
        f"Un programme de $INSTDIR est encore en cours d'exécution, peut-être {product.PROGRAM_NAME} dans un terminal."
        " Fermez-le et réessayez. Rien n'a été modifié.",
        f"Un programa de $INSTDIR sigue en ejecución, quizá {product.PROGRAM_NAME} en una terminal. Ciérrelo e"
        " inténtelo de nuevo. No se ha cambiado nada.",
        f"Um programa em $INSTDIR ainda está em execução, talvez {product.PROGRAM_NAME} em um terminal. Feche-o e"
        " tente de novo. Nada foi alterado.",
        f"$INSTDIR のプログラムがまだ実行中です（{product.PROGRAM_NAME} を実行しているターミナルなど）。終了してから"
        "再試行してください。何も変更されていません。",
        f"$INSTDIR 中的程序仍在运行，可能是某个终端正在运行 {product.PROGRAM_NAME}。请关闭它后重试。未做任何更改。",
        f"Nadal działa program z folderu $INSTDIR, być może {product.PROGRAM_NAME} w terminalu. Zamknij go i spróbuj ponownie."
        " Nic nie zostało zmienione.",
        f"Програма з папки $INSTDIR досі працює, можливо, {product.PROGRAM_NAME} у терміналі. Закрийте її та спробуйте ще раз."
        " Нічого не змінено.",
    ),
    "NOTHING_CHANGED": (
        "Stopped. Nothing has been changed.",
        "Abgebrochen. Es wurde nichts geändert.",
        "Opération annulée. Rien n'a été modifié.",
        "Cancelado. No se ha cambiado nada.",
        "Cancelado. Nada foi alterado.",
        "中止しました。何も変更されていません。",
        "已取消。未做任何更改。",
        "Anulowano. Nic nie zostało zmienione.",
        "Скасовано. Нічого не змінено.",
    ),
    "FOLDER_NOT_EMPTY": (
        "$INSTDIR contains other files. Choose an empty folder, or one that does not exist yet.",
        "$INSTDIR enthält andere Dateien. Wählen Sie einen leeren Ordner oder einen, den es noch nicht gibt.",
        "$INSTDIR contient d'autres fichiers. Choisissez un dossier vide ou qui n'existe pas encore.",
        "$INSTDIR contiene otros archivos. Elija una carpeta vacía o una que aún no exista.",
        "$INSTDIR contém outros arquivos. Escolha uma pasta vazia ou que ainda não exista.",
        "$INSTDIR には他のファイルがあります。空のフォルダーか、まだ存在しないフォルダーを選んでください。",
        "$INSTDIR 中有其他文件。请选择空文件夹或尚不存在的文件夹。",
        "Folder $INSTDIR zawiera inne pliki. Wybierz folder pusty lub taki, który jeszcze nie istnieje.",
        "Папка $INSTDIR містить інші файли. Виберіть порожню папку або таку, якої ще немає.",
    ),
    "PUTTING_BACK": (
        "Restoring the previous version...",
        "Die vorige Version wird wiederhergestellt ...",
        "Restauration de la version précédente...",
        "Restaurando la versión anterior...",
        "Restaurando a versão anterior...",
        "以前のバージョンに戻しています...",
        "正在恢复以前的版本...",
        "Przywracanie poprzedniej wersji...",
        "Відновлення попередньої версії...",
    ),
    "TOO_OLD": (
        f"{_NAME} requires Windows 10 or later.",
        f"{_NAME} erfordert Windows 10 oder höher.",
        f"{_NAME} nécessite Windows 10 ou une version ultérieure.",
        f"{_NAME} requiere Windows 10 o posterior.",
        f"O {_NAME} requer o Windows 10 ou posterior.",
        f"{_NAME} には Windows 10 以降が必要です。",
        f"{_NAME} 需要 Windows 10 或更高版本。",
        f"{_NAME} wymaga systemu Windows 10 lub nowszego.",
        f"Для {_NAME} потрібна Windows 10 або новіша версія.",
    ),
    "ALREADY_INSTALLING": (
        f"{_NAME} is already being installed.",
        f"{_NAME} wird bereits installiert.",
        f"L'installation de {_NAME} est déjà en cours.",
        f"{_NAME} ya se está instalando.",
        f"O {_NAME} já está sendo instalado.",
        f"{_NAME} は既にインストール中です。",
        f"{_NAME} 正在安装中。",
        f"Trwa już instalacja programu {_NAME}.",
        f"{_NAME} уже встановлюється.",
    ),
    "NEWER_IS_THERE": (
        f"Version $Installed is installed, which is newer than {product.VERSION}. Replace it with the older version?",
        f"Version $Installed ist installiert und neuer als {product.VERSION}. Durch die ältere Version ersetzen?",
        f"La version $Installed, plus récente que {product.VERSION}, est installée. La remplacer par cette version plus ancienne ?",
        f"Está instalada la versión $Installed, más reciente que {product.VERSION}. ¿Sustituirla por esta versión anterior?",
        f"A versão $Installed, mais nova que {product.VERSION}, está instalada. Substituir por esta versão anterior?",
        f"{product.VERSION} より新しいバージョン $Installed がインストールされています。古いものに置き換えますか？",
        f"已安装比 {product.VERSION} 更新的版本 $Installed。要用旧版本替换吗？",
        f"Zainstalowana jest wersja $Installed, nowsza niż {product.VERSION}. Zastąpić ją starszą wersją?",
        f"Встановлено версію $Installed, новішу за {product.VERSION}. Замінити її старішою?",
    ),
    "UNINSTALL_KEEPS": (
        f"{_NAME} will be removed. Your profiles, tokens, settings and logs in $Home are kept. The key to your tokens"
        " may be stored in Credential Manager.",
        f"{_NAME} wird entfernt. Ihre Profile, Tokens, Einstellungen und Protokolle in $Home bleiben erhalten. Der Schlüssel"
        " zu den Tokens kann in der Anmeldeinformationsverwaltung gespeichert sein.",
        f"{_NAME} va être désinstallé. Vos profils, jetons, réglages et journaux restent dans $Home ; la clé des jetons"
        " peut être enregistrée dans le Gestionnaire d'identification.",
        f"Se desinstalará {_NAME}. Sus perfiles, tokens, ajustes y registros se conservan en $Home; la clave de los tokens"
        " puede estar guardada en el Administrador de credenciales.",
        f"O {_NAME} será desinstalado. Seus perfis, tokens, configurações e logs ficam em $Home; a chave dos tokens pode"
        " estar salva no Gerenciador de Credenciais.",
        f"{_NAME} をアンインストールします。プロファイル、トークン、設定、ログは $Home に残ります。トークンのキーは資格情報マネージャーに"
        "保存されている場合があります。",
        f"将卸载 {_NAME}。您的配置文件、令牌、设置和日志保留在 $Home 中；令牌的密钥可能保存在凭据管理器中。",
        f"Program {_NAME} zostanie usunięty. Profile, tokeny, ustawienia i dzienniki w folderze $Home pozostaną. Klucz do tokenów"
        " może być zapisany w Menedżerze poświadczeń.",
        f"{_NAME} буде видалено. Ваші профілі, токени, налаштування та журнали в $Home залишаться. Ключ до токенів"
        " може зберігатися в Диспетчері облікових даних.",
    ),
    "KEPT": (
        "Your data was kept: $Home",
        "Ihre Daten bleiben erhalten: $Home",
        "Vos données ont été conservées : $Home",
        "Sus datos se han conservado: $Home",
        "Seus dados foram mantidos: $Home",
        "データは保持されました: $Home",
        "您的数据已保留：$Home",
        "Twoje dane zostały zachowane: $Home",
        "Ваші дані збережено: $Home",
    ),
}
"""By name: one text per language."""


def script() -> str:
    """Return the NSIS lines that load the languages and define every text in each of them."""
    lines = [f'!insertmacro MUI_LANGUAGE "{language}"' for language in LANGUAGES]
    for name, texts in TEXTS.items():
        for language, text in zip(LANGUAGES, texts, strict=True):
            quoted = text.replace('"', '$\\"')
            lines.append(f'LangString {name} ${{LANG_{language.upper()}}} "{quoted}"')
    return "\n".join(lines) + "\n"
