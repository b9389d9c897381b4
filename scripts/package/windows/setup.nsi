; The Setup Wizard for Windows. It asks, and puts the files in their place; what else there is to do, deploy/windows/service.mjs does.
; makensis gets from windows-setup.mjs: VERSION, FILE_VERSION, DESCRIPTION, TREE (the release), KILOBYTES (its size), FILE (the result).
Target amd64-unicode
; Each file for itself, for those that check answers are unpacked before the others. lzma would take four times as long to make.
SetCompressor zlib
SetDateSave off
ManifestDPIAware true
RequestExecutionLevel admin

!include MUI2.nsh
!include nsDialogs.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include WinVer.nsh
!include x64.nsh

!define PRODUCT "License Server"
!define REGISTRY "Software\${PRODUCT}"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${PRODUCT}"

Name "${PRODUCT}"
OutFile "${FILE}"
InstallDir "$PROGRAMFILES64\${PRODUCT}"
BrandingText "${PRODUCT} ${VERSION}"
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${FILE_VERSION}"
VIAddVersionKey /LANG=0 ProductName "${PRODUCT}"
VIAddVersionKey /LANG=0 ProductVersion "${VERSION}"
VIAddVersionKey /LANG=0 FileDescription "${DESCRIPTION}"
VIAddVersionKey /LANG=0 FileVersion "${FILE_VERSION}"
VIAddVersionKey /LANG=0 LegalCopyright ""

Var Data
Var Port
Var Database
Var DatabaseAsked
Var DatabaseUrl
Var DatabaseUser
Var DatabasePassword
Var DatabasePasswordFile
Var CreateDatabase
Var ServerUrl
Var VendorKey
Var Log
; Set: there are settings already, so nothing is asked.
Var Upgrade
Var Known
Var Token
Var Checker
Var DeleteData

; Controls of the page that is shown.
Var Field1
Var Field2
Var Field3
Var Field4
Var Field5
Var Field6

; ---------------------------------------------------------------- pages

!define MUI_ABORTWARNING
!define MUI_ICON "${NSISDIR}/Contrib/Graphics/Icons/nsis3-install.ico"
!define MUI_UNICON "${NSISDIR}/Contrib/Graphics/Icons/nsis3-uninstall.ico"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${NSISDIR}/Contrib/Graphics/Wizard/nsis3-metro.bmp"
!define MUI_WELCOMEPAGE_TITLE "$(WelcomeTitle)"
!define MUI_WELCOMEPAGE_TEXT "$(WelcomeText)"
!insertmacro MUI_PAGE_WELCOME
!define MUI_PAGE_CUSTOMFUNCTION_PRE SkipIfUpgrade
!define MUI_PAGE_CUSTOMFUNCTION_LEAVE LeaveFolder
!insertmacro MUI_PAGE_DIRECTORY
Page custom ShowPort LeavePort
Page custom ShowDatabase LeaveDatabase
Page custom ShowServerUrl LeaveServerUrl
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_TITLE "$(FinishTitle)"
!define MUI_FINISHPAGE_TEXT "$(FinishText)"
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_TEXT "$(FinishOpen)"
!define MUI_FINISHPAGE_RUN_FUNCTION OpenConsole
!define MUI_PAGE_CUSTOMFUNCTION_SHOW ShowToken
!insertmacro MUI_PAGE_FINISH

!insertmacro MUI_UNPAGE_CONFIRM
UninstPage custom un.ShowData un.LeaveData
!insertmacro MUI_UNPAGE_INSTFILES

!insertmacro MUI_LANGUAGE English
!insertmacro MUI_LANGUAGE German
!include english.nsh
!include german.nsh

; ---------------------------------------------------------------- start

; ${Option} /NAME $VARIABLE: what stands after /NAME= in the command line, up to the next space unless the value or all of it is in quotes;
; `yes` for /NAME alone; else nothing. GetOptions of NSIS would end at the first slash of an address.
!macro Option UN
Function ${UN}Option
  Exch $R0
  ${GetParameters} $R1
  StrCpy $R1 " $R1 "
  StrLen $R2 $R0
  StrCpy $R3 -1
  ${Do}
    IntOp $R3 $R3 + 1
    ; One more character on either side.
    StrCpy $R4 $R1 1 $R3
    IntOp $R5 $R3 + 1
    StrCpy $R6 $R1 $R2 $R5
    IntOp $R5 $R5 + $R2
    StrCpy $R7 $R1 1 $R5
    ${If} $R7 == ""
      StrCpy $R0 ""
      ${Break}
    ${EndIf}
    ${If} $R6 != $R0
      ${Continue}
    ${EndIf}
    ${If} $R4$R7 == "  "
    ${OrIf} $R4$R7 == '""'
      StrCpy $R0 yes
      ${Break}
    ${EndIf}
    ${If} $R7 == "="
      IntOp $R5 $R5 + 1
      StrCpy $R6 $R1 1 $R5
      ${If} $R4 == " "
      ${AndIf} $R6 == '"'
        StrCpy $R4 '"'
        IntOp $R5 $R5 + 1
      ${EndIf}
      StrCpy $R0 ""
      ${Do}
        StrCpy $R6 $R1 1 $R5
        ${If} $R6 == $R4
        ${OrIf} $R6 == ""
          ${Break}
        ${EndIf}
        StrCpy $R0 "$R0$R6"
        IntOp $R5 $R5 + 1
      ${Loop}
      ${Break}
    ${EndIf}
  ${Loop}
  Exch $R0
FunctionEnd
!macroend
!insertmacro Option ""
!insertmacro Option "un."

!macro CallOption UN NAME VARIABLE
  Push "${NAME}"
  Call ${UN}Option
  Pop ${VARIABLE}
!macroend
!define Option '!insertmacro CallOption ""'
!define un.Option '!insertmacro CallOption "un."'

!macro Initialize
  SetRegView 64
  SetShellVarContext all
  StrCpy $Log "$TEMP\license-server-setup.log"
  StrCpy $Data "$APPDATA\license-server"
  ReadRegStr $0 HKLM "${REGISTRY}" Data
  ${If} $0 != ""
    StrCpy $Data $0
    StrCpy $Known yes
  ${EndIf}
!macroend

Function .onInit
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
    MessageBox MB_ICONSTOP "$(WindowsTooOld)" /SD IDOK
    SetErrorLevel 1
    Quit
  ${EndIf}
  !insertmacro Initialize
  InitPluginsDir

  ${Option} /DATA $0
  ${If} $0 != ""
  ${AndIf} $Known == ""
    StrCpy $Data $0
  ${EndIf}
  ${Option} /FOLDER $0
  ${If} $0 != ""
    StrCpy $INSTDIR $0
  ${EndIf}
  ${Option} /LOG $0
  ${If} $0 != ""
    StrCpy $Log $0
  ${EndIf}
  ${Option} /PORT $Port
  ${If} $Port == ""
    StrCpy $Port 8080
  ${EndIf}
  ${Option} /DATABASEURL $DatabaseUrl
  ${Option} /DATABASEUSER $DatabaseUser
  ${Option} /DATABASEPASSWORDFILE $DatabasePasswordFile
  ${Option} /SERVERURL $ServerUrl
  ${Option} /VENDORKEY $VendorKey
  ${Option} /CREATEDATABASE $CreateDatabase
  StrCpy $Database embedded
  ${If} $DatabaseUrl != ""
    StrCpy $Database external
  ${EndIf}

  ReadRegStr $0 HKLM "${REGISTRY}" Program
  ${If} $0 != ""
    StrCpy $INSTDIR $0
  ${EndIf}
  ${If} ${FileExists} "$Data\license-server.conf"
    StrCpy $Upgrade yes
  ${EndIf}
FunctionEnd

; The name of this machine as others know it, in lower case.
Function ProposeServerUrl
  ${If} $ServerUrl == ""
    System::Call "kernel32::GetComputerNameExW(i 3, w .r0, *i ${NSIS_MAX_STRLEN}) i .r1"
    ${If} $1 == 0
      ReadEnvStr $0 COMPUTERNAME
    ${EndIf}
    System::Call "user32::CharLowerW(w r0 r0) p"
    StrCpy $ServerUrl "http://$0:$Port"
  ${EndIf}
FunctionEnd

Function SkipIfUpgrade
  ${If} $Upgrade != ""
    Abort
  ${EndIf}
FunctionEnd

; ---------------------------------------------------------------- what service.mjs does

; Runs COMMAND of it in a release. Its exit code is in $0, and what it reports in $1 and, from the second line on, in $2.
!macro RunService RELEASE COMMAND
  Call WriteAnswers
  Push "${COMMAND}"
  Push "${RELEASE}"
  Call RunService
!macroend

Function WriteAnswers
  FileOpen $0 "$PLUGINSDIR\answers" w
  FileWriteUTF16LE /BOM $0 "data=$Data$\r$\n"
  FileWriteUTF16LE $0 "log=$Log$\r$\n"
  FileWriteUTF16LE $0 "program=$INSTDIR$\r$\n"
  FileWriteUTF16LE $0 "known=$Known$\r$\n"
  FileWriteUTF16LE $0 "port=$Port$\r$\n"
  ${If} $Database == external
  ${AndIf} $DatabaseAsked != ""
    FileWriteUTF16LE $0 "database-url=$DatabaseUrl$\r$\n"
    FileWriteUTF16LE $0 "database-user=$DatabaseUser$\r$\n"
    FileWriteUTF16LE $0 "database-password-file=$DatabasePasswordFile$\r$\n"
    FileWriteUTF16LE $0 "create-database=$CreateDatabase$\r$\n"
  ${EndIf}
  FileWriteUTF16LE $0 "server-url=$ServerUrl$\r$\n"
  FileWriteUTF16LE $0 "vendor-key=$VendorKey$\r$\n"
  FileClose $0
  ; The password is in no file and in no command line.
  ${If} $DatabasePassword != ""
    StrCpy $0 $DatabasePassword
    System::Call 'kernel32::SetEnvironmentVariableW(w "DATABASE_PASSWORD", w r0)'
  ${EndIf}
FunctionEnd

Function RunService
  Pop $8
  Pop $9
  Delete "$PLUGINSDIR\report"
  nsExec::Exec '"$8\bin\node.exe" "$8\deploy\windows\service.mjs" $9 --answers "$PLUGINSDIR\answers" --report "$PLUGINSDIR\report"'
  Pop $0
  StrCpy $1 ""
  StrCpy $2 ""
  ${If} ${FileExists} "$PLUGINSDIR\report"
    FileOpen $3 "$PLUGINSDIR\report" r
    FileReadUTF16LE $3 $1
    ; The rest, for a message of several lines.
    ${Do}
      FileReadUTF16LE $3 $4
      ${If} $4 == ""
        ${ExitDo}
      ${EndIf}
      StrCpy $2 "$2$4"
    ${Loop}
    FileClose $3
  ${ElseIf} $0 != 0
    StrCpy $1 "$(NodeFailed) ($0)"
  ${EndIf}
FunctionEnd

; Checks the answers so far, with what is unpacked for it the first time. Stays on the page if they do not work.
Function CheckAnswers
  ${If} $Checker == ""
    Banner::show /NOUNLOAD /set 76 "$(Checking)" ""
    StrCpy $Checker "$PLUGINSDIR\checker"
    SetOutPath "$Checker\bin"
    File "${TREE}/bin/node.exe"
    SetOutPath "$Checker\dist"
    File /r "${TREE}/dist/cli"
    File /r "${TREE}/dist/server"
    SetOutPath "$Checker\node_modules"
    File /r "${TREE}/node_modules/reflect-metadata"
    SetOutPath "$Checker\deploy"
    File /r "${TREE}/deploy/windows"
    SetOutPath "$Checker"
    File "${TREE}/package.json"
    SetOutPath "$PLUGINSDIR"
  ${Else}
    Banner::show /NOUNLOAD /set 76 "$(Checking)" ""
  ${EndIf}
  !insertmacro RunService "$Checker" check
  Banner::destroy
  ${If} $0 != 0
    MessageBox MB_ICONEXCLAMATION "$1$2"
    Abort
  ${EndIf}
FunctionEnd

; ---------------------------------------------------------------- the pages of our own

Function LeaveFolder
  Call CheckFolder
  ${If} $1 != ""
    MessageBox MB_ICONEXCLAMATION $1
    Abort
  ${EndIf}
FunctionEnd

; In $1 why the program cannot be in $INSTDIR; empty: it can.
Function CheckFolder
  StrCpy $1 ""
  StrLen $0 $INSTDIR
  ${If} $0 < 4
    StrCpy $1 "$(FolderIsDrive)"
    Return
  ${EndIf}
  ${If} ${FileExists} "$INSTDIR\*.*"
  ${AndIfNot} ${FileExists} "$INSTDIR\dist\cli\main.js"
    ${DirState} $INSTDIR $0
    ${If} $0 == 1
      StrCpy $1 "$(FolderNotEmpty)"
    ${EndIf}
  ${EndIf}
FunctionEnd

Function ShowPort
  Call SkipIfUpgrade
  !insertmacro MUI_HEADER_TEXT "$(PortTitle)" "$(PortSubtitle)"
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateLabel} 0 0 100% 24u "$(PortText)"
  Pop $0
  ${NSD_CreateLabel} 0 36u 30% 12u "$(PortLabel)"
  Pop $0
  ${NSD_CreateNumber} 32% 34u 20% 13u $Port
  Pop $Field1
  ${NSD_SetFocus} $Field1
  nsDialogs::Show
FunctionEnd

Function LeavePort
  ${NSD_GetText} $Field1 $0
  ${If} $0 != $Port
    ; The proposal names the port.
    StrCpy $Port $0
    StrCpy $ServerUrl ""
  ${EndIf}
  Call ProposeServerUrl
  ; The database is on the next page.
  StrCpy $DatabaseAsked ""
  Call CheckAnswers
FunctionEnd

Function ShowDatabase
  Call SkipIfUpgrade
  !insertmacro MUI_HEADER_TEXT "$(DatabaseTitle)" "$(DatabaseSubtitle)"
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateRadioButton} 0 0 100% 12u "$(DatabaseEmbedded)"
  Pop $Field1
  ${NSD_OnClick} $Field1 ChooseDatabase
  ${NSD_CreateRadioButton} 0 16u 100% 12u "$(DatabaseExternal)"
  Pop $Field2
  ${NSD_OnClick} $Field2 ChooseDatabase
  ${NSD_CreateLabel} 12u 34u 26% 12u "$(DatabaseUrlLabel)"
  Pop $0
  ${NSD_CreateText} 32% 32u 68% 13u $DatabaseUrl
  Pop $Field3
  ${NSD_CreateLabel} 32% 48u 68% 10u "$(DatabaseUrlExample)"
  Pop $0
  ${NSD_CreateLabel} 12u 64u 26% 12u "$(DatabaseUserLabel)"
  Pop $0
  ${NSD_CreateText} 32% 62u 40% 13u $DatabaseUser
  Pop $Field4
  ${NSD_CreateLabel} 12u 82u 26% 12u "$(DatabasePasswordLabel)"
  Pop $0
  ${NSD_CreatePassword} 32% 80u 40% 13u $DatabasePassword
  Pop $Field5
  ${NSD_CreateCheckBox} 32% 100u 68% 12u "$(DatabaseCreate)"
  Pop $Field6
  ${If} $CreateDatabase != ""
    ${NSD_Check} $Field6
  ${EndIf}
  ${If} $Database == external
    ${NSD_Check} $Field2
  ${Else}
    ${NSD_Check} $Field1
  ${EndIf}
  Call ChooseDatabase
  nsDialogs::Show
FunctionEnd

Function ChooseDatabase
  ${NSD_GetState} $Field2 $0
  EnableWindow $Field3 $0
  EnableWindow $Field4 $0
  EnableWindow $Field5 $0
  EnableWindow $Field6 $0
FunctionEnd

Function LeaveDatabase
  StrCpy $DatabaseAsked yes
  ${NSD_GetState} $Field2 $0
  StrCpy $Database embedded
  ${If} $0 == ${BST_CHECKED}
    StrCpy $Database external
    ${NSD_GetText} $Field3 $DatabaseUrl
    ${NSD_GetText} $Field4 $DatabaseUser
    ${NSD_GetText} $Field5 $DatabasePassword
    StrCpy $CreateDatabase ""
    ${NSD_GetState} $Field6 $0
    ${If} $0 == ${BST_CHECKED}
      StrCpy $CreateDatabase yes
    ${EndIf}
    ${If} $DatabaseUrl == ""
      MessageBox MB_ICONEXCLAMATION "$(DatabaseUrlMissing)"
      Abort
    ${EndIf}
    Call CheckAnswers
  ${EndIf}
FunctionEnd

Function ShowServerUrl
  Call SkipIfUpgrade
  !insertmacro MUI_HEADER_TEXT "$(ServerUrlTitle)" "$(ServerUrlSubtitle)"
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateLabel} 0 0 100% 36u "$(ServerUrlText)"
  Pop $0
  ${NSD_CreateLabel} 0 46u 24% 12u "$(ServerUrlLabel)"
  Pop $0
  ${NSD_CreateText} 26% 44u 73% 13u $ServerUrl
  Pop $Field1
  ${NSD_SetFocus} $Field1
  GetDlgItem $0 $HWNDPARENT 1
  SendMessage $0 ${WM_SETTEXT} 0 "STR:$(^InstallBtn)"
  nsDialogs::Show
FunctionEnd

Function LeaveServerUrl
  ${NSD_GetText} $Field1 $ServerUrl
  Call CheckAnswers
FunctionEnd

; The token can be copied from here.
Function ShowToken
  ${If} $Token != ""
    ${NSD_CreateLabel} 120u 106u 195u 10u "$(TokenLabel)"
    Pop $0
    SetCtlColors $0 "" FFFFFF
    nsDialogs::CreateControl EDIT "${DEFAULT_STYLES}|${WS_TABSTOP}|${ES_READONLY}|${ES_AUTOHSCROLL}" ${WS_EX_CLIENTEDGE} 120u 118u 195u 13u $Token
    Pop $0
  ${EndIf}
FunctionEnd

; By the desktop, which has no rights of an administrator.
Function OpenConsole
  Exec '"$WINDIR\explorer.exe" "$ServerUrl"'
FunctionEnd

; ---------------------------------------------------------------- installation

; Shows what is done, in place of each file and key.
!macro Tell TEXT
  SetDetailsPrint both
  DetailPrint "${TEXT}"
  SetDetailsPrint none
!macroend
!define Tell "!insertmacro Tell"

; Ends the installation with the words in $1 and $2. Before, what was unpacked is removed again.
Function Fail
  SetOutPath "$TEMP"
  RMDir /r "$INSTDIR.new"
  SetErrorLevel 1
  MessageBox MB_ICONSTOP "$1$2" /SD IDOK
  Abort "$1$2"
FunctionEnd

Function .onInstFailed
  SetOutPath "$TEMP"
  RMDir /r "$INSTDIR.new"
FunctionEnd

Section
  StrCpy $DatabaseAsked yes
  Call ProposeServerUrl
  Call CheckFolder
  ${If} $1 != ""
    StrCpy $2 ""
    Call Fail
  ${EndIf}

  ${Tell} "$(Unpacking)"
  RMDir /r "$INSTDIR.new"
  SetOutPath "$INSTDIR.new"
  File /r "${TREE}/*"
  WriteUninstaller "$INSTDIR.new\uninstall.exe"
  SetOutPath "$TEMP"

  ${Tell} "$(Preparing)"
  !insertmacro RunService "$INSTDIR.new" prepare
  ${If} $0 != 0
    Call Fail
  ${EndIf}

  ; The version before stays beside it.
  StrCpy $5 ""
  ClearErrors
  ${If} ${FileExists} "$INSTDIR\dist\cli\main.js"
    RMDir /r "$INSTDIR.before"
    ClearErrors
    Rename "$INSTDIR" "$INSTDIR.before"
    StrCpy $5 yes
  ${Else}
    RMDir "$INSTDIR"
    ClearErrors
  ${EndIf}
  ${IfNot} ${Errors}
    Rename "$INSTDIR.new" "$INSTDIR"
  ${EndIf}
  ${If} ${Errors}
    ${If} $5 != ""
    ${AndIfNot} ${FileExists} "$INSTDIR\dist\cli\main.js"
      Rename "$INSTDIR.before" "$INSTDIR"
    ${EndIf}
    ExecWait '"$SYSDIR\sc.exe" start license-server'
    StrCpy $1 "$(FilesInUse)"
    StrCpy $2 ""
    Call Fail
  ${EndIf}

  ${Tell} "$(Starting)"
  !insertmacro RunService "$INSTDIR" install
  ${If} $0 != 0
    StrCpy $6 $1
    StrCpy $7 $2
    ${If} $5 != ""
      ; The version before goes on.
      Rename "$INSTDIR" "$INSTDIR.new"
      Rename "$INSTDIR.before" "$INSTDIR"
      !insertmacro RunService "$INSTDIR" install
    ${Else}
      RMDir /r "$INSTDIR"
    ${EndIf}
    StrCpy $1 $6
    StrCpy $2 $7
    Call Fail
  ${EndIf}
  ; Without the line end.
  ${If} $2 != ""
    StrCpy $Token $2
  ${EndIf}
  StrCpy $ServerUrl $1 -1

  WriteRegStr HKLM "${REGISTRY}" Program $INSTDIR
  WriteRegStr HKLM "${REGISTRY}" Data $Data
  WriteRegStr HKLM "${UNINSTALL}" DisplayName "${PRODUCT}"
  WriteRegStr HKLM "${UNINSTALL}" DisplayVersion "${VERSION}"
  WriteRegStr HKLM "${UNINSTALL}" DisplayIcon "$INSTDIR\uninstall.exe"
  WriteRegStr HKLM "${UNINSTALL}" InstallLocation $INSTDIR
  WriteRegStr HKLM "${UNINSTALL}" UninstallString '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKLM "${UNINSTALL}" QuietUninstallString '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKLM "${UNINSTALL}" EstimatedSize ${KILOBYTES}
  WriteRegDWORD HKLM "${UNINSTALL}" NoModify 1
  WriteRegDWORD HKLM "${UNINSTALL}" NoRepair 1
  Delete "$SMPROGRAMS\${PRODUCT}.url"
  WriteINIStr "$SMPROGRAMS\${PRODUCT}.url" InternetShortcut URL $ServerUrl
SectionEnd

; ---------------------------------------------------------------- removal

Function un.onInit
  !insertmacro Initialize
  InitPluginsDir
  ${un.Option} /DELETEDATA $DeleteData
  ${If} $DeleteData != ""
    StrCpy $DeleteData "--delete-data"
  ${EndIf}
  ${un.Option} /LOG $0
  ${If} $0 != ""
    StrCpy $Log $0
  ${EndIf}
FunctionEnd

Function un.ShowData
  !insertmacro MUI_HEADER_TEXT "$(DataTitle)" "$(DataSubtitle)"
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateLabel} 0 0 100% 36u "$(DataText)"
  Pop $0
  ${NSD_CreateCheckBox} 0 46u 100% 12u "$(DataDelete)"
  Pop $Field1
  nsDialogs::Show
FunctionEnd

Function un.LeaveData
  StrCpy $DeleteData ""
  ${NSD_GetState} $Field1 $0
  ${If} $0 == ${BST_CHECKED}
    StrCpy $DeleteData "--delete-data"
  ${EndIf}
FunctionEnd

Section Uninstall
  ${Tell} "$(Removing)"
  nsExec::Exec '"$INSTDIR\bin\node.exe" "$INSTDIR\deploy\windows\service.mjs" remove $DeleteData --data "$Data" --log "$Log" --report "$PLUGINSDIR\report"'
  Pop $0
  ${If} $0 != 0
    FileOpen $3 "$PLUGINSDIR\report" r
    FileReadUTF16LE $3 $1
    FileClose $3
    SetErrorLevel 1
    MessageBox MB_ICONSTOP $1 /SD IDOK
    Abort $1
  ${EndIf}
  SetOutPath "$TEMP"
  ; What this installer has brought, and nothing else that may be in the folder.
  RMDir /r "$INSTDIR\bin"
  RMDir /r "$INSTDIR\deploy"
  RMDir /r "$INSTDIR\dist"
  RMDir /r "$INSTDIR\docs"
  RMDir /r "$INSTDIR\node_modules"
  RMDir /r "$INSTDIR\scripts"
  Delete "$INSTDIR\*.md"
  Delete "$INSTDIR\package.json"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  ${If} ${FileExists} "$INSTDIR.before\dist\cli\main.js"
    RMDir /r "$INSTDIR.before"
  ${EndIf}
  Delete "$SMPROGRAMS\${PRODUCT}.url"
  DeleteRegKey HKLM "${UNINSTALL}"
  DeleteRegValue HKLM "${REGISTRY}" Program
  ${If} $DeleteData != ""
    DeleteRegKey HKLM "${REGISTRY}"
  ${EndIf}
SectionEnd
