# Work that continues at the server after its response.

BeforeAll {
    $module = "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module $module
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    Import-Module "$PSScriptRoot/Support/Stopping.psm1"
    $sandbox = Start-Sandbox
    $other = Start-Sandbox
    $null = Connect-Sandbox $sandbox
    $command = 'BearerTools.Cmdlets.InvokeBearerRequestCommand'
}

AfterAll { $sandbox, $other | ForEach-Object { Stop-Sandbox $_ } }

Describe '-Wait' {
    BeforeEach { Reset-SandboxStats $sandbox }

    It 'gives the result: <Method> by <By>' -ForEach @(
        @{ Method = 'Post'; By = 'location' }
        @{ Method = 'Post'; By = 'location&ends=see-other' }
        @{ Method = 'Put'; By = 'operation-location' }
        @{ Method = 'Post'; By = 'operation-location&resource=/api/made/7' }
        @{ Method = 'Put'; By = 'azure-async&status=201' }
        @{ Method = 'Post'; By = 'azure-async&result=1' }
    ) {
        $made = Invoke-BearerRequest "made/7?retryAfter=0&by=$By" -Method $Method -Body @{ a = 1 } -Wait
        $made.made | Should -BeTrue
        @($made).Count | Should -Be 1
        (Get-SandboxStats $sandbox).maxEffectsPerId | Should -Be 1
    }

    It 'gives the last state where there is no result' {
        (Invoke-BearerRequest 'made/7?retryAfter=0&by=operation-location' -Method Delete -Wait).status | Should -Be Succeeded
    }

    It 'repeats a GET that was only accepted' {
        (Invoke-BearerRequest "computed/$(New-Guid)?retryAfter=0" -Wait).made | Should -BeTrue
    }

    It 'counts all requests, and names the address of the last response' {
        $response = Invoke-BearerRequest 'made/7?retryAfter=0&by=operation-location&polls=3' -Method Put -Body @{} -Wait -IncludeResponse
        $response.Attempts | Should -Be 6
        $response.Uri.AbsolutePath | Should -Be '/api/made/7'
        $response.Body.made | Should -BeTrue
    }

    It 'keeps the order of many' {
        (1..20 | Invoke-BearerRequest -Uri { "made/$($_)?retryAfter=0&by=location&polls=$($_ % 3)" } -Method Post -Wait -Confirm:$false).id | Should -Be (1..20)
    }

    It 'is not needed for a response that is final' {
        (Invoke-BearerRequest items/1 -Wait).id | Should -Be 1
    }

    It 'left out gives the acceptance itself' {
        (Invoke-BearerRequest 'made/7?by=location' -Method Post).state | Should -Be accepted
    }

    It 'is an error with the server''s words when the work fails' {
        $failure = Get-TerminatingError { Invoke-BearerRequest 'made/7?retryAfter=0&by=operation-location&ends=Failed' -Method Post -Wait -OutVariable rows }
        $rows | Should -BeNullOrEmpty

        $failure.FullyQualifiedErrorId | Should -Be "OperationFailed,$command"
        $failure.ErrorDetails.Message | Should -BeLike '*ended with status Failed: QuotaExceeded: There is no room for more.*'
    }

    It 'is an error that gives the address to continue from when it takes too long' {
        $failure = Get-TerminatingError { Invoke-BearerRequest 'made/7?retryAfter=0&by=location&polls=1000000' -Method Post -Wait -WaitTimeoutSeconds 1 -OutVariable rows }
        $rows | Should -BeNullOrEmpty

        $failure.FullyQualifiedErrorId | Should -Be "WaitTimeout,$command"
        $failure.CategoryInfo.Category | Should -Be OperationTimeout
        $failure.ErrorDetails.Message | Should -BeLike '*did not finish within 1 s*/api/operations/7/wait*StatusUri*'
        (Invoke-BearerRequest $failure.Exception.StatusUri).state | Should -Be waiting
    }

    Context 'Something of it cannot be read: <Name>' -ForEach @(
        @{ Name = 'a status'; Response = "HTTP/1.1 403 Forbidden`r`nContent-Length: 0`r`n`r`n"; Id = 'HttpStatus403' }
        @{ Name = 'no response'; Response = ''; Id = 'ConnectionFailed' }
    ) {
        BeforeEach {
            $to = Set-RawResponse $sandbox $Response "/unread-$Id-$(New-Guid)"
            $token = Get-BearerToken -Token (Get-BearerToken).Token -AllowedOrigin $sandbox.Address, ([uri] $to).GetLeftPart('Authority')
            function Get-WaitFailure([string] $By) {
                Get-TerminatingError { Invoke-BearerRequest "made/7?retryAfter=0&by=$By=$([uri]::EscapeDataString($to))" -Token $token -BaseUri $sandbox.Api -Method Post -Wait -MaximumRetryCount 0 }
            }
        }

        It 'is an error that gives the address of the status if it is the status' {
            $failure = Get-WaitFailure 'elsewhere&to'
            $failure.FullyQualifiedErrorId | Should -Be "$Id,$command"
            $failure.ErrorDetails.Message | Should -BeLike '*The operation may continue on the server: its status is at $_.Exception.StatusUri.'
            $failure.Exception.StatusUri | Should -Be $to
        }

        It 'is an error that does not advise to start again if it is only the result' {
            $failure = Get-WaitFailure 'operation-location&resource'
            $failure.FullyQualifiedErrorId | Should -Be "$Id,$command"
            $failure.ErrorDetails.Message | Should -BeLike '*The operation has succeeded, and only its result could not be read: do not start it again. Its status is at $_.Exception.StatusUri.'
            (Invoke-BearerRequest $failure.Exception.StatusUri).status | Should -Be Succeeded
        }
    }

    It 'does not wait when Retry-After exceeds the time left' {
        $failure = Get-TerminatingError { Invoke-BearerRequest 'made/7?retryAfter=3600&by=location' -Method Post -Wait -WaitTimeoutSeconds 3000 }
        $failure.FullyQualifiedErrorId | Should -Be "WaitTimeout,$command"
        (Get-SandboxStats $sandbox).requests | Should -Be 1
    }

    It 'is required where only its time is given' {
        { Invoke-BearerRequest items/1 -WaitTimeoutSeconds 5 } | Should -Throw '*-WaitTimeoutSeconds needs -Wait*' -ErrorId 'ParameterConflict,*'
    }

    It 'takes the token to no other origin' {
        Reset-SandboxStats $other
        $to = [uri]::EscapeDataString("$($other.Address)/open/echo")
        $failure = Get-TerminatingError { Invoke-BearerRequest "made/7?retryAfter=0&by=elsewhere&to=$to" -Method Post -Wait }

        $failure.FullyQualifiedErrorId | Should -Be "OriginNotAllowed,$command"
        (Get-SandboxStats $other).requests | Should -Be 0
    }

    It 'gets a new token when the old one expires meanwhile' {
        $run = Start-Script $module 'Invoke-BearerRequest "made/9?retryAfter=0&by=location&polls=10" -Method Post -Wait'
        Wait-Until { (Get-SandboxStats $sandbox).requests -ge 3 }
        Revoke-SandboxTokens $sandbox

        (Complete-Script $run).made | Should -BeTrue
        (Get-SandboxStats $sandbox).unauthorized | Should -Be 1
    }

    It 'shows the states with -Verbose' {
        $lines = Invoke-BearerRequest 'made/7?retryAfter=0&by=operation-location' -Method Put -Body @{} -Wait -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }
        $lines -join "`n" | Should -BeLike '*The operation is accepted; polling */api/operations/7 in 0.1 s.*The operation is InProgress, 40 %*'
    }

    It 'ends at once when it is stopped' {
        $run = Start-Script $module 'Invoke-BearerRequest "made/7?by=location&polls=1000&retryAfter=60" -Method Post -Wait'
        Wait-Until { (Get-SandboxStats $sandbox).requests -ge 1 }
        Stop-Script $run | Should -BeLessThan 3
    }
}
