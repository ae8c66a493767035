# A mock behaves as the API and the login that it stands for: a test passes only where the script would.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    $api = 'https://api.contoso.com/v1/'
    function New-Text { ConvertTo-SecureString "$(New-Guid)" -AsPlainText -Force }
}

Describe 'A mocked login' {
    AfterEach {
        Stop-BearerMock
        Disconnect-BearerApi
    }

    It 'with a supplied token has only that one: 401 is the error of the first request' {
        $null = Start-BearerMock $api
        Add-BearerMockRule GET /x -Sequence 401, @{ ok = 1 }
        Connect-BearerApi -Token (New-Text) -BaseUri $api

        (Get-BearerConnection).CanRenew | Should -BeFalse
        { Invoke-BearerRequest /x -ErrorAction Stop } | Should -Throw -ErrorId '*401*'
        Assert-BearerMockCall GET /x -Exactly 1
    }

    It 'with a supplied token that was made before has only that one, too: <_>' -ForEach 'connection', 'token', 'profile' {
        $token = Get-BearerToken -Token (New-Text) -BaseUri $api
        Set-BearerProfile mocks-static -Token (New-Text) -BaseUri $api
        try {
            $null = Start-BearerMock $api
            Add-BearerMockRule GET /x -Sequence 401, @{ ok = 1 }
            $given = @{ connection = @{}; token = @{ Token = $token }; profile = @{ Profile = 'mocks-static' } }[$_]
            Connect-BearerApi -Token $token
            { Invoke-BearerRequest /x @given -ErrorAction Stop } | Should -Throw -ErrorId '*401*'
            Assert-BearerMockCall GET /x -Exactly 1
        }
        finally { Remove-BearerProfile mocks-static }
    }

    It 'that renews its token still does: <_>' -ForEach @(
        '-Authority https://id.contoso.com -ClientId ops -SecretFrom env:BEARERTOOLS_NOT_SET'
        '-TokenFrom env:BEARERTOOLS_NOT_SET'
    ) {
        $null = Start-BearerMock $api
        Add-BearerMockRule GET /x -Sequence 401, @{ ok = 1 }
        Invoke-Expression "Connect-BearerApi $_ -BaseUri $api"

        (Invoke-BearerRequest /x).ok | Should -Be 1
        Assert-BearerMockCall GET /x -Exactly 2
    }

    It 'with a supplied token ends when the token has expired' {
        $null = Start-BearerMock $api -TokenLifetime 60
        Add-BearerMockRule GET /x @{ ok = 1 }
        Connect-BearerApi -Token (New-Text) -BaseUri $api
        Set-BearerMockClock -Advance 120

        { Invoke-BearerRequest /x -ErrorAction Stop } | Should -Throw -ErrorId 'TokenExpired*'
    }
}
