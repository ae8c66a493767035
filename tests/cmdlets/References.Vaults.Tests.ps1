# References to secrets that a session reads: vault: and automation:. The vault is the module Support/TestVault, which has the commands of
# Microsoft.PowerShell.SecretManagement with the same parameters, because the real one cannot be expected to be installed.

BeforeAll {
    $manifest = "$PSScriptRoot/../../BearerTools.psd1"
    $vaultModule = "$PSScriptRoot/Support/TestVault/TestVault.psm1"
    Import-Module $manifest
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    Import-Module "$PSScriptRoot/Support/Stopping.psm1"
    $sandbox = Start-Sandbox
    $client = @{ Authority = $sandbox.Address; ClientId = $sandbox.ClientId }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'vault:' {
    BeforeAll {
        Import-Module $vaultModule
        $env:TESTVAULT = (New-Item TestDrive:/vault -ItemType Directory).FullName
        $null = New-Item TestDrive:/vault/Default, TestDrive:/vault/Team -ItemType Directory
        Copy-Item $sandbox.SecretFile TestDrive:/vault/Default/ops.txt
        Copy-Item $sandbox.SecretFile 'TestDrive:/vault/Team/ops eu.txt'
        function Get-Call([string] $Like = '*') { @(Get-Content $env:TESTVAULT/calls.log -ErrorAction Ignore) -like $Like }
    }

    AfterAll {
        Remove-Module TestVault
        $env:TESTVAULT = $null
    }

    BeforeEach {
        Clear-BearerTokenCache
        Remove-Item TestDrive:/vault/calls.log, TestDrive:/vault/throws -ErrorAction Ignore
    }

    It 'reads a secret once, on the thread of the pipeline, until the cache is cleared' {
        $null = Get-BearerToken @client -SecretFrom vault:ops
        $null = Get-BearerToken @client -SecretFrom vault:ops -ForceRefresh
        Connect-BearerApi @client -SecretFrom vault:ops -Scope api.read -BaseUri $sandbox.Api
        1..5 | ForEach-Object { Revoke-SandboxTokens $sandbox; Invoke-BearerRequest echo } | Should -HaveCount 5

        Get-Call | Should -Be "get /ops thread=$([Environment]::CurrentManagedThreadId)"
        Clear-BearerTokenCache
        $null = Get-BearerToken @client -SecretFrom vault:ops
        (Get-Call).Count | Should -Be 2
    }

    It 'reads it for a profile when the first request needs it' {
        Set-BearerProfile vaulted @client -SecretFrom 'vault:Team/ops eu' -BaseUri $sandbox.Api
        Get-Call | Should -BeNullOrEmpty

        1..20 | Invoke-BearerRequest -Uri { "echo?n=$_" } -Body $null -Profile vaulted | Should -HaveCount 20
        Get-Call | Should -Be "get Team/ops eu thread=$([Environment]::CurrentManagedThreadId)"
    }

    It 'reads it once for several runspaces' {
        Set-BearerProfile vaulted @client -SecretFrom vault:ops -BaseUri $sandbox.Api
        $modules = $manifest, $vaultModule
        $found = 1..6 | ForEach-Object -Parallel {
            Import-Module $using:modules
            # Rejected tokens are renewed on workers, which never read the vault.
            1..5 | Invoke-BearerRequest -Uri { "echo?n=$_" } -Body $null -Profile vaulted -ThrottleLimit 4
            "thread=$([Environment]::CurrentManagedThreadId)"
        } -ThrottleLimit 6

        $threads, $responses = $found.Where({ $_ -is [string] }, 'Split')
        $responses | Should -HaveCount 30
        $call = @(Get-Call)
        $call.Count | Should -Be 1
        (-split $call[0])[-1] | Should -BeIn $threads
    }

    It 'stores a rotated refresh token in the vault' {
        Set-Content TestDrive:/vault/Default/refresh.txt (New-RefreshToken $sandbox)
        $before = Get-Content TestDrive:/vault/Default/refresh.txt
        $given = $client + @{ SecretFrom = "file:$($sandbox.SecretFile)"; RefreshTokenFrom = 'vault:refresh' }

        $first = Get-BearerToken @given
        $after = Get-Content TestDrive:/vault/Default/refresh.txt
        $after | Should -Not -Be $before
        Get-Call 'set*' | Should -Be "set /refresh thread=$([Environment]::CurrentManagedThreadId)"

        # What another process finds there is valid.
        Clear-BearerTokenCache
        (Get-BearerToken @given).Fingerprint | Should -Not -Be $first.Fingerprint
    }

    It 'warns when the rotated refresh token cannot be stored, goes on with it, and stores it later' {
        Set-Content TestDrive:/vault/Default/refresh.txt (New-RefreshToken $sandbox)
        $before = Get-Content TestDrive:/vault/Default/refresh.txt
        $given = $client + @{ SecretFrom = "file:$($sandbox.SecretFile)"; RefreshTokenFrom = 'vault:refresh' }
        Set-BearerProfile rotating @given
        Set-Content TestDrive:/vault/readonly yes
        $token = Get-BearerToken -Profile rotating -WarningVariable warnings -WarningAction SilentlyContinue
        @($warnings) | Should -HaveCount 1
        "$warnings" | Should -BeLike '*could not be stored in vault:refresh*read-only*'
        Get-Content TestDrive:/vault/Default/refresh.txt | Should -Be $before
        Remove-Item TestDrive:/vault/readonly

        $next = Update-BearerToken -Profile rotating
        $next.Fingerprint | Should -Not -Be $token.Fingerprint
        Get-Content TestDrive:/vault/Default/refresh.txt | Should -Not -Be $before
    }

    It 'says why a vault gives no secret: <Case>' -ForEach @(
        @{ Case = 'it throws'; Throws = $true; From = 'vault:ops'; Id = 'SecretUnreadable'; Says = '*The vault is locked*' }
        @{ Case = 'there is no such secret'; From = 'vault:Team/none'; Id = 'SecretUnreadable'; Says = '*none was not found*' }
        @{ Case = 'the name is missing'; From = 'vault:Team/'; Id = 'InvalidSecretReference'; Says = '*vault:VAULT/NAME*' }
    ) {
        if ($Throws) { Set-Content TestDrive:/vault/throws yes }
        $failure = { Get-BearerToken @client -SecretFrom $From } | Should -Throw -PassThru

        $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $failure.ErrorDetails.Message | Should -BeLike $Says
    }

    It 'says what to install where no vault exists' {
        $script = 'try { Get-BearerToken @client -SecretFrom vault:ops } catch { "$($_.ErrorDetails)" }'
        Complete-Script (Start-Script $manifest $script @{ client = $client }) | Should -BeLike '*no command Get-Secret*Install-PSResource Microsoft.PowerShell.SecretManagement*'
    }

    It 'completes schemes, and the names of secrets' {
        function Complete([string] $Line) { (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText }

        Complete 'Get-BearerToken -SecretFrom ' | Should -Be 'file:', 'env:', 'command:', 'vault:', 'automation:'
        Complete 'Get-BearerToken -SecretFrom vault:o' | Should -Be 'vault:ops', "'vault:ops eu'"
        Complete 'Get-BearerToken -SecretFrom vault:Team/' | Should -Be "'vault:Team/ops eu'"
    }
}

Describe 'automation:' {
    BeforeEach { Clear-BearerTokenCache }

    It 'reads the password of a credential, or a variable, of a runbook' {
        $secret = Get-Content $sandbox.SecretFile -Raw
        function global:Get-AutomationPSCredential([string] $Name) {
            if ($Name -eq 'ops') { [pscredential]::new('ops', (ConvertTo-SecureString $secret -AsPlainText -Force)) }
        }
        function global:Get-AutomationVariable([string] $Name) { if ($Name -eq 'opsVariable') { $secret } }
        try {
            Get-BearerToken @client -SecretFrom automation:ops | Should -BeOfType ([BearerTools.AccessToken])
            Get-BearerToken @client -SecretFrom automation:opsVariable | Should -BeOfType ([BearerTools.AccessToken])
            { Get-BearerToken @client -SecretFrom automation:none } | Should -Throw -ErrorId 'SecretNotFound,*'
        }
        finally { Get-Item function:Get-Automation* | Remove-Item }
    }

    It 'says that it is for runbooks' {
        $failure = { Get-BearerToken @client -SecretFrom automation:ops } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'VaultMissing,*' -Because "$failure"
        $failure.ErrorDetails.Message | Should -BeLike '*runbook of Azure Automation*'
    }
}
