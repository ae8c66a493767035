@{
    RootModule           = 'ContosoOps.psm1'
    ModuleVersion        = '1.0.0'
    GUID                 = '5d0f4d0e-7a50-4f0c-9a53-2f1d9a6d6c11'
    Author               = 'Contoso Operations'
    Description          = 'A sample: a module that calls an API with BearerTools.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = 'Core'
    RequiredModules      = @(@{ ModuleName = 'BearerTools'; ModuleVersion = '0.1.0' })
    FunctionsToExport    = 'Connect-Contoso', 'Get-ContosoUser'
    CmdletsToExport      = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
}
