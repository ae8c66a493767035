# Invoke-ScriptAnalyzer -Path . -Recurse -Settings ./PSScriptAnalyzerSettings.psd1
@{
    Severity     = 'Error', 'Warning'
    ExcludeRules = @(
        # build.ps1 and the scripts that it runs talk to the person who started them.
        'PSAvoidUsingWriteHost'
        # Pester's blocks share variables that the rule sees assigned in one block and not used there.
        'PSUseDeclaredVarsMoreThanAssignments'
        # Functions of scripts, not cmdlets: New-Result changes nothing, and Test-Cmdlets tests all of them.
        'PSUseShouldProcessForStateChangingFunctions'
        'PSUseSingularNouns'
        # Files are UTF-8 without a byte order mark, as .editorconfig says.
        'PSUseBOMForUnicodeEncodedFile'
    )
    Rules        = @{
        PSUseCompatibleSyntax      = @{ Enable = $true; TargetVersions = @('7.4') }
        PSUseConsistentIndentation = @{ Enable = $true; IndentationSize = 4; Kind = 'space' }
    }
}
