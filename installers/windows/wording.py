"""The installer's texts beyond NSIS's own, in every language it supports.

Terms are those of Windows ("sign in", "notification area", "Credential Manager").
`$INSTDIR`, `$Home` and `$Installed` are filled in at run time.
"""

from __future__ import annotations

from installers import product

LANGUAGES = ("English", "German", "French", "Spanish", "PortugueseBR", "Japanese", "SimpChinese")
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
    ),
    "PROGRAM": (
        f"{_NAME} (required)",
        f"{_NAME} (erforderlich)",
        f"{_NAME} (obligatoire)",
        f"{_NAME} (obligatorio)",
        f"{_NAME} (obrigatório)",
        f"{_NAME}（必須）",
        f"{_NAME}（必需）",
    ),
    "PROGRAM_IS": (
        "The icon in the notification area, and the command-line tool.",
        "Das Symbol im Infobereich und das Befehlszeilenprogramm.",
        "L'icône de la zone de notification, et les mêmes fonctions en ligne de commande.",
        "El icono del área de notificación, y lo mismo como órdenes para una terminal.",
        "O ícone da área de notificação, e o mesmo como comandos para um terminal.",
        "通知領域のアイコンと、ターミナル用の同じ機能のコマンドです。",
        "通知区域中的图标，以及终端中功能相同的命令。",
    ),
    "START_MENU": (
        "Start menu entry",
        "Eintrag im Startmenü",
        "Entrée dans le menu Démarrer",
        "Entrada en el menú Inicio",
        "Entrada no menu Iniciar",
        "スタート メニューの項目",
        "开始菜单项",
    ),
    "START_MENU_IS": (
        f"Lists {_NAME} in the Start menu.",
        f"Führt {_NAME} im Startmenü auf.",
        f"Affiche {_NAME} dans le menu Démarrer.",
        f"Muestra {_NAME} en el menú Inicio.",
        f"Mostra {_NAME} no menu Iniciar.",
        f"{_NAME} をスタート メニューに表示します。",
        f"在开始菜单中列出 {_NAME}。",
    ),
    "AT_LOGIN": (
        "Start when you sign in",
        "Beim Anmelden starten",
        "Lancer à l'ouverture de session",
        "Iniciar al iniciar sesión",
        "Iniciar ao entrar no Windows",
        "サインイン時に起動",
        "登录时启动",
    ),
    "AT_LOGIN_IS": (
        "Starts quietly with Windows and removes old logs automatically. You can turn this off in the menu.",
        "Startet unauffällig mit Windows und entfernt alte Protokolle automatisch. Im Menü abschaltbar.",
        "Se lance discrètement avec Windows : les anciens journaux disparaissent d'eux-mêmes. Se désactive dans le menu.",
        "Se inicia en silencio con Windows, para que los registros antiguos desaparezcan solos. Se desactiva en el menú.",
        "Inicia em silêncio com o Windows, para que os logs antigos sumam sozinhos. O menu desativa de novo.",
        "Windows とともに静かに起動し、古いログを自動的に削除します。メニューで無効にできます。",
        "随 Windows 安静启动，自动清理旧日志。可在菜单中关闭。",
    ),
    "IN_TERMINALS": (
        "Command-line tool",
        "Befehle im Terminal",
        "Commandes dans les terminaux",
        "Órdenes en las terminales",
        "Comandos nos terminais",
        "ターミナルのコマンド",
        "终端命令",
    ),
    "IN_TERMINALS_IS": (
        f"Adds {_COMMAND} to your PATH, so that new terminals find it.",
        f"Fügt {_COMMAND} Ihrem PATH hinzu, damit neue Terminals den Befehl finden.",
        f"Les nouveaux terminaux connaissent la commande {_COMMAND} : son dossier est ajouté à votre PATH.",
        f"Las terminales nuevas conocen la orden {_COMMAND}: su carpeta se añade a su PATH.",
        f"Novos terminais conhecem o comando {_COMMAND}: a pasta dele é adicionada ao seu PATH.",
        f"新しいターミナルで {_COMMAND} コマンドを使えます。フォルダーをユーザーの PATH に追加します。",
        f"新打开的终端可以使用 {_COMMAND} 命令：其文件夹会加入您的 PATH。",
    ),
    "RUN_NOW": (
        f"Show {_NAME} now",
        f"{_NAME} jetzt anzeigen",
        f"Afficher {_NAME} maintenant",
        f"Mostrar {_NAME} ahora",
        f"Mostrar {_NAME} agora",
        f"今すぐ {_NAME} を表示",
        f"立即显示 {_NAME}",
    ),
    "FINISHED": (
        f"{_NAME} is installed.$\\r$\\n$\\r$\\nIts icon is in the notification area, next to the clock. Windows hides"
        " new icons behind the small arrow there. To see it all the time, drag it out.",
        f"{_NAME} ist installiert.$\\r$\\n$\\r$\\nDas Symbol befindet sich im Infobereich neben der Uhr. Windows blendet neue"
        " Symbole dort hinter dem kleinen Pfeil aus. Ziehen Sie es heraus, um es immer zu sehen.",
        f"{_NAME} est installé.$\\r$\\n$\\r$\\nSon icône se trouve dans la zone de notification, près de l'horloge. Windows"
        " place les nouvelles icônes derrière la petite flèche : faites-la glisser pour la voir en permanence.",
        f"{_NAME} está instalado.$\\r$\\n$\\r$\\nSu icono está en el área de notificación, junto al reloj. Windows pone los"
        " iconos nuevos detrás de la flecha pequeña: arrástrelo fuera para verlo siempre.",
        f"{_NAME} está instalado.$\\r$\\n$\\r$\\nSeu ícone está na área de notificação, ao lado do relógio. O Windows coloca"
        " ícones novos atrás da setinha: arraste-o para fora para vê-lo sempre.",
        f"{_NAME} がインストールされました。$\\r$\\n$\\r$\\nアイコンは時計の横の通知領域にあります。新しいアイコンは小さな矢印の中に"
        "入ります。常に表示するには外へドラッグしてください。",
        f"{_NAME} 已安装。$\\r$\\n$\\r$\\n图标位于时钟旁的通知区域。Windows 会把新图标放在小箭头里：将它拖出即可一直看到。",
    ),
    "ENDING": (
        f"Closing the running {_NAME}...",
        f"Das laufende {_NAME} wird geschlossen ...",
        f"Fermeture de {_NAME}...",
        f"Cerrando {_NAME}...",
        f"Fechando o {_NAME}...",
        f"実行中の {_NAME} を終了しています...",
        f"正在关闭运行中的 {_NAME}...",
    ),
    "IN_USE": (
        f"A program in $INSTDIR is still running, perhaps {product.PROGRAM_NAME} in a terminal. Close it and try again."
        " Nothing has been changed.",
        f"Ein Programm in $INSTDIR läuft noch, vielleicht {product.PROGRAM_NAME} in einem Terminal. Schließen Sie es und"
        " versuchen Sie es erneut. Es wurde nichts geändert.",
        f"Un programme de $INSTDIR est encore en cours : peut-être un terminal où tourne {product.PROGRAM_NAME}."
        " Fermez-le et réessayez. Rien n'a été modifié.",
        f"Un programa de $INSTDIR sigue en marcha: quizá una terminal con {product.PROGRAM_NAME}. Ciérrelo e"
        " inténtelo de nuevo. No se ha cambiado nada.",
        f"Um programa em $INSTDIR ainda está em execução: talvez um terminal com {product.PROGRAM_NAME}. Feche-o e"
        " tente de novo. Nada foi alterado.",
        f"$INSTDIR のプログラムがまだ実行中です（{product.PROGRAM_NAME} を実行しているターミナルなど）。終了してから"
        "再試行してください。何も変更されていません。",
        f"$INSTDIR 中的程序仍在运行，可能是某个终端正在运行 {product.PROGRAM_NAME}。请关闭它后重试。未做任何更改。",
    ),
    "NOTHING_CHANGED": (
        "Stopped. Nothing has been changed.",
        "Abgebrochen. Es wurde nichts geändert.",
        "Interrompu. Rien n'a été modifié.",
        "Detenido. No se ha cambiado nada.",
        "Interrompido. Nada foi alterado.",
        "中止しました。何も変更されていません。",
        "已停止。未做任何更改。",
    ),
    "FOLDER_NOT_EMPTY": (
        "$INSTDIR contains other files. Choose an empty folder, or one that does not exist yet.",
        "$INSTDIR enthält andere Dateien. Wählen Sie einen leeren Ordner oder einen, den es noch nicht gibt.",
        "$INSTDIR contient d'autres fichiers. Choisissez un dossier vide ou qui n'existe pas encore.",
        "$INSTDIR contiene otros archivos. Elija una carpeta vacía o una que aún no exista.",
        "$INSTDIR contém outros arquivos. Escolha uma pasta vazia ou que ainda não exista.",
        "$INSTDIR には他のファイルがあります。空のフォルダーか、まだ存在しないフォルダーを選んでください。",
        "$INSTDIR 中有其他文件。请选择空文件夹或尚不存在的文件夹。",
    ),
    "PUTTING_BACK": (
        "Restoring the previous version...",
        "Die vorige Version wird wiederhergestellt ...",
        "Rétablissement de la version précédente...",
        "Restaurando la versión anterior...",
        "Restaurando a versão anterior...",
        "以前のバージョンに戻しています...",
        "正在恢复以前的版本...",
    ),
    "TOO_OLD": (
        f"{_NAME} requires Windows 10 or later.",
        f"{_NAME} erfordert Windows 10 oder höher.",
        f"{_NAME} nécessite Windows 10 ou une version plus récente.",
        f"{_NAME} necesita Windows 10 o posterior.",
        f"{_NAME} precisa do Windows 10 ou mais recente.",
        f"{_NAME} には Windows 10 以降が必要です。",
        f"{_NAME} 需要 Windows 10 或更高版本。",
    ),
    "ALREADY_INSTALLING": (
        f"{_NAME} is already being installed.",
        f"{_NAME} wird bereits installiert.",
        f"L'installation de {_NAME} est déjà en cours.",
        f"{_NAME} ya se está instalando.",
        f"O {_NAME} já está sendo instalado.",
        f"{_NAME} は既にインストール中です。",
        f"{_NAME} 正在安装中。",
    ),
    "NEWER_IS_THERE": (
        f"Version $Installed is installed, which is newer than {product.VERSION}. Replace it with the older version?",
        f"Version $Installed ist installiert und neuer als {product.VERSION}. Durch die ältere Version ersetzen?",
        f"La version $Installed, plus récente que {product.VERSION}, est installée. La remplacer par l'ancienne ?",
        f"Está instalada la versión $Installed, más reciente que {product.VERSION}. ¿Sustituirla por la antigua?",
        f"A versão $Installed, mais nova que {product.VERSION}, está instalada. Substituir pela mais antiga?",
        f"{product.VERSION} より新しいバージョン $Installed がインストールされています。古いものに置き換えますか？",
        f"已安装比 {product.VERSION} 更新的版本 $Installed。要用旧版本替换吗？",
    ),
    "UNINSTALL_KEEPS": (
        f"{_NAME} will be removed. Your profiles, tokens, settings and logs in $Home are kept. The key to your tokens"
        " may be stored in Credential Manager.",
        f"{_NAME} wird entfernt. Ihre Profile, Tokens, Einstellungen und Protokolle in $Home bleiben erhalten. Der Schlüssel"
        " zu den Tokens kann in der Anmeldeinformationsverwaltung gespeichert sein.",
        f"{_NAME} va être supprimé. Vos profils, jetons, réglages et journaux restent dans $Home ; la clé des jetons"
        " peut se trouver dans le Gestionnaire d'identification.",
        f"Se quitará {_NAME}. Sus perfiles, tokens, ajustes y registros se conservan en $Home; la clave de los tokens"
        " puede estar en el Administrador de credenciales.",
        f"O {_NAME} será removido. Seus perfis, tokens, configurações e logs ficam em $Home; a chave dos tokens pode"
        " estar no Gerenciador de Credenciais.",
        f"{_NAME} を削除します。プロファイル、トークン、設定、ログは $Home に残ります。トークンのキーは資格情報マネージャーに"
        "ある場合があります。",
        f"将移除 {_NAME}。您的配置文件、令牌、设置和日志保留在 $Home 中；令牌的密钥可能在凭据管理器中。",
    ),
    "KEPT": (
        "Your data was kept: $Home",
        "Ihre Daten bleiben erhalten: $Home",
        "Vos données ont été conservées : $Home",
        "Sus datos se han conservado: $Home",
        "Seus dados foram mantidos: $Home",
        "データは残されています: $Home",
        "您的数据已保留：$Home",
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
