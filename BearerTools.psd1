@{
    RootModule           = 'bin/BearerTools.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '64d3cda8-8b17-4625-b55d-2541a5def376'
    Author               = 'The BearerTools contributors'
    CompanyName          = 'The BearerTools contributors'
    Copyright            = 'The BearerTools contributors. MIT.'
    Description          = 'Gets bearer tokens, keeps them alive, sends them only where they belong, and calls REST APIs concurrently: requests in, objects out.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = 'Core'
    FunctionsToExport    = @()
    VariablesToExport    = @()
    # With commas: a list of lines is run as a script at every import, and takes 2 ms.
    CmdletsToExport      = 'Add-BearerMockRule',
                           'Approve-BearerProfile',
                           'Assert-BearerMockCall',
                           'Clear-BearerTokenCache',
                           'Clear-BearerTrace',
                           'Connect-BearerApi',
                           'ConvertFrom-BearerToken',
                           'Disconnect-BearerApi',
                           'Export-BearerTrace',
                           'Get-BearerConnection',
                           'Get-BearerMockCall',
                           'Get-BearerProfile',
                           'Get-BearerToken',
                           'Get-BearerTokenCache',
                           'Get-BearerTrace',
                           'Import-BearerProfile',
                           'Invoke-BearerRequest',
                           'New-BearerError',
                           'New-BearerMock',
                           'New-BearerMockResponse',
                           'New-BearerTestToken',
                           'Protect-BearerRecording',
                           'Remove-BearerProfile',
                           'Remove-BearerToken',
                           'Set-BearerMockClock',
                           'Set-BearerProfile',
                           'Show-BearerTrace',
                           'Start-BearerMock',
                           'Stop-BearerMock',
                           'Test-BearerConnection', 'Test-BearerToken',
                           'Update-BearerToken',
                           'Use-BearerMock',
                           'Use-BearerToken'
    AliasesToExport      = 'ibr'
    PrivateData          = @{
        PSData = @{
            Tags         = 'OAuth2', 'OIDC', 'Bearer', 'Token', 'JWT', 'REST', 'API', 'HTTP', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS'
            ReleaseNotes = 'See CHANGELOG.md.'
        }
    }
}
