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

    It 'is named once when another script sends a request, and still responds' {
        Set-Content "$TestDrive/left.Tests.ps1" "`$null = Start-BearerMock $api; Add-BearerMockRule GET /a 'mocked'"
        Set-Content "$TestDrive/next.Tests.ps1" @"
`$login = @{ TokenFrom = 'env:BEARERTOOLS_NOT_SET'; BaseUri = '$api' }
Connect-BearerApi @login 3>&1
1..2 | ForEach-Object { Invoke-BearerRequest /a 3>&1 }
"@
        & "$TestDrive/left.Tests.ps1"
        try { $output = & "$TestDrive/next.Tests.ps1" } finally { Stop-BearerMock }

        $output[0] | Should -BeLike '*started at left.Tests.ps1:1, is still active*'
        $output[1..2] | Should -Be 'mocked', 'mocked'
        $output.Count | Should -Be 3
    }
}
