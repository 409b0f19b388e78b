"""What a desktop and a software centre say about the program, in every language of it but English."""

GENERIC_NAMES = {
    "de": "Profilumschalter",
    "es": "Selector de perfiles",
    "fr": "Sélecteur de profils",
    "pl": "Przełącznik profili",
    "uk": "Перемикач профілів",
    "ja": "プロファイル切り替え",
    "zh_CN": "配置方案切换器",
}
SUMMARIES = {
    "de": "Das Profil Ihrer KI-CLI aus der Menüleiste umschalten",
    "es": "Cambie el perfil de su CLI de IA desde la barra de menús",
    "fr": "Changer le profil de votre CLI d’IA depuis la barre de menus",
    "pl": "Przełączaj profil CLI sztucznej inteligencji z paska menu",
    "uk": "Перемикайте профіль своєї CLI штучного інтелекту з панелі меню",
    "ja": "AI コーディング CLI のプロファイルをメニューバーから切り替え",
    "zh_CN": "从菜单栏切换 AI 编程 CLI 的配置方案",
}
