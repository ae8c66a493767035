# Stop-BearerMock, and mocks that nothing stopped.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $api = 'https://api.contoso.com/v1/'
    $login = @{ Authority = 'https://id.contoso.com'; ClientId = 'ops'; SecretFrom = 'env:BEARERTOOLS_NOT_SET'; BaseUri = $api }

    # Runs a script in a process of its own; gives its output and warnings.
    function Invoke-Child([string] $Code) {
        $script = "$TestDrive/$(New-Guid).ps1"
        Set-Content $script "Import-Module '$((Get-Module BearerTools).Path -replace 'bin.BearerTools.dll', 'BearerTools.psd1')'`n$Code"
        $engine = @(Get-Engine)
        & $engine[0] @($engine | Select-Object -Skip 1) -NoProfile -NonInteractive -File $script 2>&1 | ForEach-Object { "$_" }
    }
}

Describe 'Stopping a mock' {
    AfterEach {
        Stop-BearerMock
        Disconnect-BearerApi
    }

    It 'ends the connections that were made with it' {
        $null = Start-BearerMock $api
        Connect-BearerApi @login
        Stop-BearerMock

        Get-BearerConnection | Should -BeNullOrEmpty
        { Invoke-BearerRequest /a } | Should -Throw 'Nothing is connected*'
    }
}

Describe 'A mock that is left active' {
    It 'is named with its place when the session ends' {
        "$(Invoke-Child "`$null = Start-BearerMock $api")" | Should -BeLike "*The mock for $api, started at *.ps1:2, is still active although its script has ended*"
    }

    It 'is named and stopped when another one is started, after its script has ended' {
        Set-Content "$TestDrive/left.Tests.ps1" "`$null = Start-BearerMock $api"

        & "$TestDrive/left.Tests.ps1"
        $null = Start-BearerMock $api -WarningVariable warning -WarningAction SilentlyContinue
        Stop-BearerMock

        "$warning" | Should -BeLike '*started at left.Tests.ps1:1, is still active*It is stopped now.'
    }
}
