# Addresses that .NET's own parser throws an IndexOutOfRangeException for, wherever they come from.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    $bad = "//$([char] 0x202E)/1?x=%20"
    $command = 'BearerTools.Cmdlets.InvokeBearerRequestCommand'
    $mock = New-BearerMock
}

Describe 'An address that cannot be read' {
    It 'is an error of the request: <Name>' -ForEach @(
        @{ Name = 'a redirect'; Id = 'RedirectRefused'; Rule = { @{ StatusCode = 302; ResponseHeaders = @{ Location = $bad } } }; With = @{} }
        @{ Name = 'a redirect with backslashes'; Id = 'RedirectRefused'; Rule = { @{ StatusCode = 302; ResponseHeaders = @{ Location = "\\$([char] 0x200E)" } } }; With = @{} }
        @{ Name = 'a link to the next page'; Id = 'FollowedAddressRefused'; Rule = { @{ ResponseHeaders = @{ Link = "<$bad>; rel=next" }; Response = , @(1) } }; With = @{ FollowRelLink = $true } }
        @{ Name = 'a next page in the body'; Id = 'FollowedAddressRefused'; Rule = { @{ Response = @{ items = @(1); next = $bad } } }; With = @{ NextLinkPath = 'next'; ItemsPath = 'items' } }
        @{ Name = 'an operation'; Id = 'FollowedAddressRefused'; Rule = { @{ StatusCode = 202; ResponseHeaders = @{ 'Operation-Location' = $bad } } }; With = @{ Wait = $true } }
        @{ Name = 'an operation of Azure'; Id = 'FollowedAddressRefused'; Rule = { @{ StatusCode = 202; ResponseHeaders = @{ 'Azure-AsyncOperation' = $bad } } }; With = @{ Wait = $true } }
        @{ Name = 'a Location to poll'; Id = 'FollowedAddressRefused'; Rule = { @{ StatusCode = 202; ResponseHeaders = @{ Location = $bad } } }; With = @{ Wait = $true } }
    ) {
        $path = "/$([guid]::NewGuid())"
        $response = & $Rule
        $method = $With.Wait ? 'Put' : 'Get'
        Add-BearerMockRule -Mock $mock $method.ToUpperInvariant() $path @response

        { Invoke-BearerRequest $path -Method $method -Token $mock.Token @With } | Should -Throw -ErrorId "$Id,$command"
    }

    It 'is an error of one input: -Uri <Name>' -ForEach @(
        @{ Name = 'with slashes'; Text = "//$([char] 0x202E)/1" }
        @{ Name = 'with backslashes'; Text = "\\$([char] 0x200E)" }
        @{ Name = 'without a host name'; Text = "https://$([char] 0x202E)./x" }
    ) {
        $null = $Text | Invoke-BearerRequest -Token $mock.Token -ErrorAction SilentlyContinue -ErrorVariable failures

        @($failures).Count | Should -Be 1
        $failures[0].FullyQualifiedErrorId | Should -Be "UriRefused,$command"
    }

    It 'of a file is a parameter error that says what is wrong with it' {
        { Invoke-BearerRequest "file://$([char] 0x202E)/x" -Token $mock.Token } | Should -Throw '*its host name contains an invalid character*'
    }
}

Describe 'Several addresses' {
    It 'are taken from the pipeline: a list is a parameter error that says so' {
        $itself = [Collections.ArrayList]::new()
        $null = $itself.Add($itself)
        { Invoke-BearerRequest $itself } | Should -Throw -ErrorId "ParameterArgumentTransformationError,*"
        { Invoke-BearerRequest /orders/1 -Method $itself } | Should -Throw -ErrorId "ParameterArgumentTransformationError,*"
        { Invoke-BearerRequest @('localhost:1/x') -Token (ConvertTo-SecureString "$(New-Guid)" -AsPlainText -Force) -MaximumRetryCount 0 } | Should -Throw -ErrorId 'HostUnreachable,*'
        { Invoke-BearerRequest /orders/1, /orders/2 } | Should -Throw '*2 addresses are given where one is expected. Pipe them to the command.' -ErrorId "ParameterArgumentTransformationError,*"
    }
}

Describe 'An address with a colon before its first slash' {
    It 'is relative to the base address: <_>' -ForEach 'items:5', 'documents:batchGet', 'users:search?q=1', 'aa:b/c' {
        Add-BearerMockRule -Mock $mock GET "/$($_ -replace '\?.*')" -Response @{ ok = $true }
        $_ | Invoke-BearerRequest -Token $mock.Token | ForEach-Object ok | Should -BeTrue
        (Get-BearerMockCall -Mock $mock)[-1].Uri.PathAndQuery | Should -BeLike "*/$_"
    }

    It 'is a host of this machine without a base address: <_>' -ForEach 'localhost:1/x', 'LOCALHOST:1/x', '127.0.0.1:1/x', '[::1]:1/x' {
        $failure = $null
        try { Invoke-BearerRequest $_ -Token (ConvertTo-SecureString "t-$(New-Guid)" -AsPlainText -Force) -MaximumRetryCount 0 } catch { $failure = $_ }
        $failure.FullyQualifiedErrorId | Should -Be "HostUnreachable,$command"
    }

    It 'names no other host: <_>' -ForEach 'api.example:80/x', 'evil:80/x' {
        { Invoke-BearerRequest $_ -Token (ConvertTo-SecureString "t-$(New-Guid)" -AsPlainText -Force) } | Should -Throw -ErrorId "RelativeUriWithoutBase,$command"
    }
}

Describe 'A # in an address' {
    BeforeAll { Add-BearerMockRule -Mock $mock GET /hash/bob -Response @{ ok = $true } }

    It 'is refused where the address is made of data: <Name>' -ForEach @(
        @{ Name = 'a script block'; Run = { 'bob#1' | Invoke-BearerRequest -Uri { "/hash/$_" } @common } }
        @{ Name = 'the query of a script block'; Run = { 'a#b' | Invoke-BearerRequest -Uri { "/hash/bob?q=$_" } @common } }
        @{ Name = 'piped text'; Run = { '/hash/bob#1' | Invoke-BearerRequest @common } }
        @{ Name = 'a piped Uri'; Run = { [uri]::new('/hash/bob#1', 'Relative') | Invoke-BearerRequest @common } }
        @{ Name = 'a property'; Run = { [pscustomobject]@{ Uri = '/hash/bob#1' } | Invoke-BearerRequest @common } }
    ) {
        $common = @{ Token = $mock.Token; ErrorAction = 'SilentlyContinue'; ErrorVariable = 'failures' }
        $sent = @(Get-BearerMockCall -Mock $mock).Count

        $rows = . $Run
        $rows | Should -BeNullOrEmpty

        @($failures).Count | Should -Be 1
        $failures[0].FullyQualifiedErrorId | Should -Be "UriRefused,$command"
        "$($failures[0])" | Should -BeLike "*what follows '#' would not be sent.*%23*EscapeDataString*"
        "$($failures[0])" | Should -Not -BeLike '*#1*'
        @(Get-BearerMockCall -Mock $mock).Count | Should -Be $sent
    }

    It 'is data if it is escaped' {
        Add-BearerMockRule -Mock $mock GET '/hash/bob%231' -Response @{ ok = $true }
        'bob#1' | Invoke-BearerRequest -Uri { "/hash/$([uri]::EscapeDataString($_))" } -Token $mock.Token | ForEach-Object ok | Should -BeTrue
    }

    It 'begins a fragment of a typed address, which is not sent' {
        (Invoke-BearerRequest '/hash/bob#1' -Token $mock.Token).ok | Should -BeTrue
    }

    It 'begins a fragment of a link to the next page, which is not sent' {
        Add-BearerMockRule -Mock $mock GET /hash/pages -ResponseHeaders @{ Link = '</hash/bob#2>; rel=next' } -Response @{ ok = 1 }
        @(Invoke-BearerRequest /hash/pages -FollowRelLink -Token $mock.Token).ok | Should -Be 1, $true
    }
}
