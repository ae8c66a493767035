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
