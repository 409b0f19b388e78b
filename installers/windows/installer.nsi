; The Windows installer: for the current user, without administrator rights. `nsis.py` fills in the !defines.
;
; An upgrade moves the old program aside until the new one is whole, and puts it back where copying fails; a mark
; says when the new one counts. What is installed, and nothing else, is removed: no folder is emptied that a
; person might have put something into.

Unicode true
!ifdef TARGET
  Target ${TARGET}
!endif
ManifestDPIAware true
ManifestSupportedOS Win10
RequestExecutionLevel user
!ifdef QUICK
  SetCompressor zlib
!else
  SetCompressor /SOLID lzma
  SetCompressorDictSize 32
!endif
CRCCheck force
; The files' own times would make every build another one.
SetDateSave off
AllowSkipFiles off
XPStyle on

!include "MUI2.nsh"
!include "FileFunc.nsh"
!include "LogicLib.nsh"
!include "Sections.nsh"
!include "WinVer.nsh"
!include "WordFunc.nsh"

Name "${NAME}"
Caption "${NAME} ${VERSION}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "${UNINSTALL_KEY}" "InstallLocation"
BrandingText "${NAME} ${VERSION}"

!define UNINSTALLER "uninstall.exe"
!define PREVIOUS "previous-version"
!define REPLACED "previous-version-is-replaced"
!define INCOMPLETE "installation-is-incomplete"
!define FAILED 2
!define CLOSE_MS 10000
!define UNLOCK_TRIES 5
!define END_TRIES 10

VIProductVersion "${VERSION_OF_FOUR}"
VIFileVersion "${VERSION_OF_FOUR}"
VIAddVersionKey /LANG=0 "ProductName" "${NAME}"
VIAddVersionKey /LANG=0 "CompanyName" "${PUBLISHER}"
VIAddVersionKey /LANG=0 "FileDescription" "${NAME} Setup"
VIAddVersionKey /LANG=0 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "LegalCopyright" "${COPYRIGHT}"

Var WasRunning     ; "1": a tray of this folder ran and was asked to end
Var StillRunning   ; "1": it, or another program of the folder, still holds its files
Var Staged         ; "1": the old program was moved aside
Var Copying        ; "1": files of ours are being put where none of ours were
Var Home           ; the folder of the user's data, which is kept
Var Installed      ; the version that is there already

; -- pages

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${PICTURE}"
!define MUI_WELCOMEFINISHPAGE_BITMAP_STRETCH AspectFitHeight
!define MUI_WELCOMEPAGE_TEXT "$(WELCOME)"
!define MUI_ABORTWARNING
!define MUI_COMPONENTSPAGE_SMALLDESC
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_TEXT "$(RUN_NOW)"
!define MUI_FINISHPAGE_RUN_FUNCTION StartTray
!define MUI_FINISHPAGE_TEXT "$(FINISHED)"
!define MUI_FINISHPAGE_NOREBOOTSUPPORT
!define MUI_UNFINISHPAGE_NOAUTOCLOSE

!insertmacro MUI_PAGE_WELCOME
!define MUI_PAGE_CUSTOMFUNCTION_LEAVE CheckFolder
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH

!define MUI_UNCONFIRMPAGE_TEXT_TOP "$(UNINSTALL_KEEPS)"
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES

!include "${STRINGS}"

; -- the trays that run, found by the title of their hidden window and the folder of their executable

!macro EndTrays un
  Function ${un}EndTrays
    StrCpy $R0 0
    ${Do}
      System::Call 'user32::FindWindowExW(p 0, p R0, p 0, w "${WINDOW_TITLE}") p .R0'
      ${If} $R0 P= 0
        ${ExitDo}
      ${EndIf}
      System::Call 'user32::GetWindowThreadProcessId(p R0, *i .R1)'
      ; PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE | PROCESS_TERMINATE
      System::Call 'kernel32::OpenProcess(i 0x101001, i 0, i R1) p .R2'
      ${If} $R2 P= 0
        ${Continue}
      ${EndIf}
      StrCpy $R3 ""
      System::Call 'kernel32::QueryFullProcessImageNameW(p R2, i 0, w .R3, *i ${NSIS_MAX_STRLEN}) i .R4'
      ${GetParent} "$R3" $R3
      Push "$R3"
      Call ${un}LongPath
      Pop $R3
      Push "$INSTDIR"
      Call ${un}LongPath
      Pop $R4
      ${If} "$R3" == "$R4"
        StrCpy $WasRunning "1"
        DetailPrint "$(ENDING)"
        System::Call 'user32::PostMessageW(p R0, i 0x10, p 0, p 0)' ; WM_CLOSE
        System::Call 'kernel32::WaitForSingleObject(p R2, i ${CLOSE_MS}) i .R4'
        ${If} $R4 <> 0
          System::Call 'kernel32::TerminateProcess(p R2, i 1)'
          System::Call 'kernel32::WaitForSingleObject(p R2, i 2000)'
        ${EndIf}
        StrCpy $R0 0 ; the window we stood at is gone: from the beginning
      ${EndIf}
      System::Call 'kernel32::CloseHandle(p R2)'
    ${Loop}
  FunctionEnd

  ; The one spelling of a path: not C:\PROGRA~1. (StrCmp, behind ==, takes no notice of case.)
  Function ${un}LongPath
    Exch $0
    Push $1
    System::Call 'kernel32::GetLongPathNameW(w r0, w .r1, i ${NSIS_MAX_STRLEN}) i .s'
    Exch $2
    ${If} $2 <> 0
      StrCpy $0 $1
    ${EndIf}
    Pop $2
    Pop $1
    Exch $0
  FunctionEnd

  ; A program that runs can be renamed but not opened for writing.
  Function ${un}LookForUse
    StrCpy $StillRunning "0"
    Push "${TRAY}"
    Call ${un}LookForUseOf
    Push "${CONSOLE}"
    Call ${un}LookForUseOf
  FunctionEnd

  Function ${un}LookForUseOf
    Exch $0
    Push $1
    Push $2
    ${If} ${FileExists} "$INSTDIR\$0"
      StrCpy $2 0
      ${Do}
        ClearErrors
        FileOpen $1 "$INSTDIR\$0" a
        ${IfNot} ${Errors}
          FileClose $1
          ${ExitDo}
        ${EndIf}
        IntOp $2 $2 + 1
        ${If} $2 >= ${UNLOCK_TRIES}
          StrCpy $StillRunning "1"
          ${ExitDo}
        ${EndIf}
        Sleep 100
      ${Loop}
    ${EndIf}
    Pop $2
    Pop $1
    Pop $0
  FunctionEnd

  ; Go on only when nothing of the program runs; else the person may close it, or give up.
  Function ${un}FreeFiles
    StrCpy $WasRunning "0"
    ${Do}
      ; Again and again: one that has just been started has no window yet, and helpers of it end by themselves.
      StrCpy $R9 0
      ${Do}
        Call ${un}EndTrays
        Call ${un}LookForUse
        ${If} $StillRunning == "0"
          Return
        ${EndIf}
        IntOp $R9 $R9 + 1
      ${LoopUntil} $R9 >= ${END_TRIES}
      MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(IN_USE)" /SD IDCANCEL IDRETRY +2
      Call ${un}GiveUp
    ${Loop}
  FunctionEnd
!macroend
!insertmacro EndTrays ""
!insertmacro EndTrays "un."

Function StartTray
  Exec '"$INSTDIR\${TRAY}"'
FunctionEnd

Function RestartTray
  ${If} $WasRunning == "1"
    Exec '"$INSTDIR\${TRAY}" --background'
  ${EndIf}
FunctionEnd

Function GiveUp
  Call RestartTray
  SetErrorLevel ${FAILED}
  Abort "$(NOTHING_CHANGED)"
FunctionEnd

Function un.GiveUp
  ${If} $WasRunning == "1"
    Exec '"$INSTDIR\${TRAY}" --background'
  ${EndIf}
  SetErrorLevel ${FAILED}
  Abort "$(NOTHING_CHANGED)"
FunctionEnd

; -- the folder

!include "${FILES}" ; InstallFiles, RemoveFiles and MoveAll, made from the frozen program

Function RemoveProgram
  !insertmacro RemoveFiles
FunctionEnd

Function un.RemoveProgram
  !insertmacro RemoveFiles
FunctionEnd

; Ours are a folder that does not exist, an empty one, and one with the program in it, even half of it.
Function CheckFolder
  ${If} ${FileExists} "$INSTDIR\${INCOMPLETE}"
    Return
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\${UNINSTALLER}"
  ${AndIf} ${FileExists} "$INSTDIR\${TRAY}"
    Return
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\${PREVIOUS}\${TRAY}"
  ${OrIf} ${FileExists} "$INSTDIR\${PREVIOUS}\${UNINSTALLER}"
    Return
  ${EndIf}
  FindFirst $0 $1 "$INSTDIR\*"
  ${DoUntil} $1 == ""
    ${If} $1 != "."
    ${AndIf} $1 != ".."
      FindClose $0
      MessageBox MB_OK|MB_ICONEXCLAMATION "$(FOLDER_NOT_EMPTY)" /SD IDOK
      Abort
    ${EndIf}
    FindNext $0 $1
  ${Loop}
  FindClose $0
FunctionEnd

; Used by MoveAll.
!macro Move name from to
  ${If} ${FileExists} "${from}\${name}"
    ClearErrors
    Rename "${from}\${name}" "${to}\${name}"
    ${If} ${Errors}
      StrCpy $StillRunning "1"
    ${EndIf}
  ${EndIf}
!macroend

; Moves one entry back. What has taken its place is the installer's, which moved it away. An
; entry that was not moved yet stays as it is.
!macro Return name from to
  ${If} ${FileExists} "${from}\${name}"
    RMDir /r "${to}\${name}"
    Delete "${to}\${name}"
    !insertmacro Move "${name}" "${from}" "${to}"
  ${EndIf}
!macroend

; The old program that was moved aside, by this installer or by one that was killed.
Function PutBack
  ${If} ${FileExists} "$INSTDIR\${REPLACED}"
    Delete "$INSTDIR\${INCOMPLETE}"
    Call Discard
  ${ElseIf} ${FileExists} "$INSTDIR\${PREVIOUS}\*"
    DetailPrint "$(PUTTING_BACK)"
    SetOutPath "$TEMP" ; copying left one of the folders current, and a current folder can't be removed
    !insertmacro ReturnAll "$INSTDIR\${PREVIOUS}" "$INSTDIR"
    !insertmacro Return "${UNINSTALLER}" "$INSTDIR\${PREVIOUS}" "$INSTDIR"
    RMDir "$INSTDIR\${PREVIOUS}"
    ${IfNot} ${FileExists} "$INSTDIR\${PREVIOUS}\*"
      Delete "$INSTDIR\${INCOMPLETE}"
    ${EndIf}
  ${EndIf}
  StrCpy $Staged "0"
FunctionEnd

; The old program once the new one is whole. A file of it that something holds stays, and is known by the mark.
!macro Discard un
  Function ${un}Discard
    RMDir /r "$INSTDIR\${PREVIOUS}"
    ${IfNot} ${FileExists} "$INSTDIR\${PREVIOUS}\*"
      Delete "$INSTDIR\${REPLACED}"
    ${EndIf}
  FunctionEnd
!macroend
!insertmacro Discard ""
!insertmacro Discard "un."

Function StandAside
  StrCpy $StillRunning "0"
  ${If} ${FileExists} "$INSTDIR\${TRAY}"
    CreateDirectory "$INSTDIR\${PREVIOUS}"
    StrCpy $Staged "1"
    !insertmacro MoveAll "$INSTDIR" "$INSTDIR\${PREVIOUS}"
    !insertmacro Move "${UNINSTALLER}" "$INSTDIR" "$INSTDIR\${PREVIOUS}"
  ${EndIf}
FunctionEnd

; -- what is installed

Section "!$(PROGRAM)" SecProgram
  SectionIn RO
  SetShellVarContext current
  ${If} ${Silent}
    Call CheckFolder
  ${EndIf}
  Call FreeFiles
  Call PutBack
  ${If} ${FileExists} "$INSTDIR\${PREVIOUS}\*"
    StrCpy $StillRunning "1" ; something holds a file of it: there is no room to stand aside
  ${Else}
    ${If} ${FileExists} "$INSTDIR\${INCOMPLETE}"
      Call RemoveProgram ; a first installation that was killed: nothing to go back to
    ${EndIf}
    Call StandAside
  ${EndIf}
  ${If} $StillRunning == "1"
    ${If} $Staged == "1"
      Call PutBack
    ${EndIf}
    MessageBox MB_OK|MB_ICONEXCLAMATION "$(IN_USE)" /SD IDOK
    Call GiveUp
  ${EndIf}
  StrCpy $Copying "1"
  CreateDirectory "$INSTDIR"
  FileOpen $0 "$INSTDIR\${INCOMPLETE}" w
  FileClose $0
  !insertmacro InstallFiles
  SetOutPath "$INSTDIR"
  ClearErrors
  WriteUninstaller "$INSTDIR\${UNINSTALLER}"
  ${If} ${Errors}
    Abort "$(NOTHING_CHANGED)"
  ${EndIf}
  ; From here on it is the new one.
  ${If} $Staged == "1"
    FileOpen $0 "$INSTDIR\${REPLACED}" w
    FileClose $0
    Delete "$INSTDIR\${INCOMPLETE}"
    Call Discard
  ${EndIf}
  Delete "$INSTDIR\${INCOMPLETE}"
  StrCpy $Staged "0"
  StrCpy $Copying "0"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "${PUBLISHER}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "URLInfoAbout" "${HOMEPAGE}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\${TRAY},0"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\${UNINSTALLER}"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\${UNINSTALLER}" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" ${INSTALLED_KB}
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
SectionEnd

Section "$(START_MENU)" SecStartMenu
  SetShellVarContext current
  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${TRAY}" "" "$INSTDIR\${TRAY}" 0
SectionEnd

Section "$(AT_LOGIN)" SecAtLogin
  ; The same value that the menu and the command line write. What Task Manager switched off stays off.
  WriteRegStr HKCU "${RUN_KEY}" "${NAME}" '"$INSTDIR\${TRAY}" ${BACKGROUND}'
SectionEnd

; The program does it: texts of NSIS are too short for a search path.
Section "$(IN_TERMINALS)" SecInTerminals
  ExecWait '"$INSTDIR\${TRAY}" ${SEARCH_PATH} on'
SectionEnd

Section "-"
  ${IfNot} ${SectionIsSelected} ${SecInTerminals}
    ExecWait '"$INSTDIR\${TRAY}" ${SEARCH_PATH} off'
  ${EndIf}
  ${IfNot} ${SectionIsSelected} ${SecStartMenu}
    SetShellVarContext current
    Delete "$SMPROGRAMS\${NAME}.lnk"
  ${EndIf}
  ${IfNot} ${SectionIsSelected} ${SecAtLogin}
    DeleteRegValue HKCU "${RUN_KEY}" "${NAME}"
    DeleteRegValue HKCU "${APPROVED_KEY}" "${NAME}"
  ${EndIf}
  Call RestartTray
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${SecProgram} "$(PROGRAM_IS)"
  !insertmacro MUI_DESCRIPTION_TEXT ${SecStartMenu} "$(START_MENU_IS)"
  !insertmacro MUI_DESCRIPTION_TEXT ${SecAtLogin} "$(AT_LOGIN_IS)"
  !insertmacro MUI_DESCRIPTION_TEXT ${SecInTerminals} "$(IN_TERMINALS_IS)"
!insertmacro MUI_FUNCTION_DESCRIPTION_END

; -- from the start to the end

Function .onInit
  SetShellVarContext current
  ${IfNot} ${AtLeastWin10}
    MessageBox MB_OK|MB_ICONSTOP "$(TOO_OLD)" /SD IDOK
    SetErrorLevel ${FAILED}
    Abort
  ${EndIf}
  System::Call 'kernel32::CreateMutexW(p 0, i 0, w "${NAME} Setup") p .r0 ?e'
  Pop $0
  ${If} $0 = 183 ; ERROR_ALREADY_EXISTS
    MessageBox MB_OK|MB_ICONEXCLAMATION "$(ALREADY_INSTALLING)" /SD IDOK
    SetErrorLevel ${FAILED}
    Abort
  ${EndIf}
  StrCpy $WasRunning "0"
  StrCpy $Staged "0"
  StrCpy $Copying "0"
  ReadRegStr $Installed HKCU "${UNINSTALL_KEY}" "DisplayVersion"
  ${If} $Installed != ""
    ${VersionCompare} "$Installed" "${VERSION}" $1
    ${If} $1 = 1
      ${GetParameters} $2
      ClearErrors
      ${GetOptions} "$2" "/DOWNGRADE" $3
      ${If} ${Errors}
        MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(NEWER_IS_THERE)" /SD IDNO IDYES +3
        SetErrorLevel ${FAILED}
        Abort
      ${EndIf}
    ${EndIf}
    ; An upgrade keeps the choices of the installed version: it restores nothing that the user removed.
    ${IfNot} ${FileExists} "$SMPROGRAMS\${NAME}.lnk"
      !insertmacro UnselectSection ${SecStartMenu}
    ${EndIf}
    ReadRegStr $1 HKCU "${RUN_KEY}" "${NAME}"
    ${If} $1 == ""
      !insertmacro UnselectSection ${SecAtLogin}
    ${EndIf}
    ; Of a killed upgrade, only some of the files may be there. A program that lacks its libraries shows an error
    ; and waits until somebody closes it, even during a silent upgrade: the old program has to be whole first.
    Call PutBack
    ${IfNot} ${FileExists} "$INSTDIR\${INCOMPLETE}"
    ${AndIfNot} ${FileExists} "$INSTDIR\${PREVIOUS}\*"
      StrCpy $1 1
      ClearErrors
      ExecWait '"$INSTDIR\${TRAY}" ${SEARCH_PATH} status' $1
      ${If} $1 <> 0
        !insertmacro UnselectSection ${SecInTerminals}
      ${EndIf}
    ${EndIf}
  ${EndIf}
  ${GetParameters} $2
  ClearErrors
  ${GetOptions} "$2" "/NOAUTOSTART" $3
  ${IfNot} ${Errors}
    !insertmacro UnselectSection ${SecAtLogin}
  ${EndIf}
  ClearErrors
  ${GetOptions} "$2" "/NOPATH" $3
  ${IfNot} ${Errors}
    !insertmacro UnselectSection ${SecInTerminals}
  ${EndIf}
  ClearErrors
  ${GetOptions} "$2" "/NOSTARTMENU" $3
  ${IfNot} ${Errors}
    !insertmacro UnselectSection ${SecStartMenu}
  ${EndIf}
FunctionEnd

Function .onInstFailed
  SetErrorLevel ${FAILED}
  ${If} $Staged == "1"
    Call PutBack
    Call RestartTray
  ${ElseIf} $Copying == "1"
    SetOutPath "$TEMP"
    Call RemoveProgram
    Delete "$INSTDIR\${UNINSTALLER}"
    Delete "$INSTDIR\${INCOMPLETE}"
    RMDir "$INSTDIR"
  ${EndIf}
FunctionEnd

Function un.onInit
  SetShellVarContext current
  ReadEnvStr $Home "CODEMIE_HOME"
  ${If} $Home == ""
    StrCpy $Home "$PROFILE\.codemie"
  ${EndIf}
FunctionEnd

Section "Uninstall"
  SetShellVarContext current
  Call un.FreeFiles
  DeleteRegValue HKCU "${RUN_KEY}" "${NAME}"
  DeleteRegValue HKCU "${APPROVED_KEY}" "${NAME}"
  Delete "$SMPROGRAMS\${NAME}.lnk"
  ExecWait '"$INSTDIR\${TRAY}" ${SEARCH_PATH} off'
  Call un.RemoveProgram
  Call un.Discard
  Delete "$INSTDIR\${INCOMPLETE}"
  Delete "$INSTDIR\${UNINSTALLER}"
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
  SetOutPath "$TEMP"
  RMDir "$INSTDIR" ; only if nothing of somebody else's is in it
  DetailPrint "$(KEPT)"
SectionEnd
