# The module as a whole: what it exports, what it loads, and conventions that every cmdlet keeps.

BeforeDiscovery {
    $cmdlets = @(
        'Add-BearerMockRule'
        'Approve-BearerProfile'
        'Assert-BearerMockCall'
        'Clear-BearerTokenCache'
        'Clear-BearerTrace'
        'Connect-BearerApi'
        'ConvertFrom-BearerToken'
        'Disconnect-BearerApi'
        'Export-BearerTrace'
        'Get-BearerConnection'
        'Get-BearerMockCall'
        'Get-BearerProfile'
        'Get-BearerToken'
        'Get-BearerTokenCache'
        'Get-BearerTrace'
        'Import-BearerProfile'
        'Invoke-BearerRequest'
        'New-BearerError'
        'New-BearerMock'
        'New-BearerMockResponse'
        'New-BearerTestToken'
        'Protect-BearerRecording'
        'Remove-BearerProfile'
        'Remove-BearerToken'
        'Set-BearerMockClock'
        'Set-BearerProfile'
        'Show-BearerTrace'
        'Start-BearerMock'
        'Stop-BearerMock'
        'Test-BearerConnection'
        'Test-BearerToken'
        'Update-BearerToken'
        'Use-BearerMock'
        'Use-BearerToken'
    )
}

BeforeAll {
    $root = (Resolve-Path "$PSScriptRoot/../..").Path
    $manifest = Join-Path $root 'BearerTools.psd1'
    Import-Module $manifest

    # Runs a script in a process of its own, with its arguments, and gives what it writes.
    function Invoke-Child([scriptblock] $Script, [string[]] $Arguments) {
        $path = Join-Path $TestDrive "$([guid]::NewGuid()).ps1"
        Set-Content $path $Script.ToString()
        $engine = [Environment]::ProcessPath
        [string[]] $first = if ((Split-Path $engine -LeafBase) -eq 'dotnet') { Join-Path $PSHOME 'pwsh.dll' }
        & $engine @first -NoProfile -NonInteractive -File $path @Arguments 2>&1 | ForEach-Object { "$_" }
    }

    function Copy-Module {
        $copy = Join-Path $TestDrive ([guid]::NewGuid())
        $null = New-Item $copy -ItemType Directory
        Copy-Item $manifest, (Join-Path $root 'bin') $copy -Recurse
        Join-Path $copy 'BearerTools.psd1'
    }

    # Another build, as far as the runtime can tell: the same code under another build id.
    function New-Build([string] $Manifest) {
        $dll = Join-Path (Split-Path $Manifest) 'bin/BearerTools.dll'
        $bytes = [System.IO.File]::ReadAllBytes($dll)
        $id = (Get-Command Get-BearerToken).ImplementingType.Module.ModuleVersionId.ToByteArray()
        $at = [Convert]::ToHexString($bytes).IndexOf([Convert]::ToHexString($id)) / 2
        $bytes[$at] = $bytes[$at] -bxor 0xff
        [System.IO.File]::WriteAllBytes("$dll.new", $bytes)
        "$dll.new"
    }
}

Describe 'The manifest' {
    It 'is valid' {
        $info = Test-ModuleManifest $manifest -ErrorAction Stop -WarningVariable warnings

        $warnings | Should -BeNullOrEmpty
        $info.PowerShellVersion | Should -Be '7.4'
        $info.CompatiblePSEditions | Should -Be 'Core'
    }

    It 'has the version of the assemblies' {
        $version = (Import-PowerShellDataFile $manifest).ModuleVersion

        foreach ($name in 'BearerTools', 'BearerTools.Core', 'msal/BearerTools.Msal', 'keyring/BearerTools.Keyring', 'redis/BearerTools.Redis') {
            [System.Reflection.AssemblyName]::GetAssemblyName((Join-Path $root "bin/$name.dll")).Version.ToString(3) | Should -Be $version
        }
    }

    It 'exports these cmdlets, one alias, and nothing else' -TestCases @{ Expected = $cmdlets } {
        $module = Get-Module BearerTools

        $module.ExportedCmdlets.Keys | Sort-Object | Should -Be $Expected
        $module.ExportedAliases.Keys | Should -Be 'ibr'
        $module.ExportedFunctions.Keys | Should -BeNullOrEmpty
        $module.ExportedVariables.Keys | Should -BeNullOrEmpty
    }

    It 'exports all cmdlets that the assembly has' {
        $types = (Get-Command Get-BearerToken).ImplementingType.Assembly.GetExportedTypes()
        $all = $types | ForEach-Object { $_.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false) } | ForEach-Object { "$($_.VerbName)-$($_.NounName)" }

        $all | Sort-Object | Should -Be ((Get-Module BearerTools).ExportedCmdlets.Keys | Sort-Object)
    }
}

Describe '<_>' -ForEach $cmdlets {
    It 'has a file of tests' {
        Join-Path $PSScriptRoot "$_.Tests.ps1" | Should -Exist
    }

    It 'declares its output type' {
        (Get-Command $_).OutputType | Should -Not -BeNullOrEmpty
    }

    It 'uses an approved verb' {
        (Get-Command $_).Verb | Should -BeIn (Get-Verb).Verb
    }

    It 'takes one value of an enumeration, and the error lists them' {
        foreach ($parameter in (Get-Command $_).Parameters.Values) {
            if ($parameter.Name -in [Management.Automation.PSCmdlet]::CommonParameters) { continue }
            $type = [Nullable]::GetUnderlyingType($parameter.ParameterType) ?? $parameter.ParameterType
            if (-not $type.IsEnum -or $type.IsDefined([FlagsAttribute], $false)) { continue }
            $legal = ($parameter.Attributes | Where-Object { $_ -is [ValidateSet] }).ValidValues ?? [Enum]::GetNames($type)
            if ([Enum]::GetNames($type).Count -lt 2) { continue }
            $two = [Enum]::GetNames($type)[0, 1]
            foreach ($value in ($two -join ','), $two) {
                # Set-BearerProfile needs a name, and refuses the value when it runs.
                $given = @{ $parameter.Name = $value }
                if ($_ -eq 'Set-BearerProfile') { $given.Name = 'a' }
                $failure = { & $_ @given } | Should -Throw -PassThru -Because "-$($parameter.Name) $value is two values"
                $failure.FullyQualifiedErrorId | Should -Match '^Parameter(ArgumentTransformationError|Invalid),'
                foreach ($name in $legal) { "$failure" | Should -Match "\b$name\b" }
            }
        }
    }

    It 'asks before it changes something, if its verb says that it does' {
        $command = Get-Command $_
        if ($command.Verb -in 'Set', 'Remove', 'Clear') { $command.Parameters.Keys | Should -Contain 'WhatIf' }
    }
}

Describe 'Import-Module' {
    It 'loads two assemblies, and no others that are not the engine''s own' {
        $loaded = Invoke-Child {
            $before = [System.AppDomain]::CurrentDomain.GetAssemblies()
            Import-Module $args[0]
            $null = Get-BearerTokenCache
            $own = $PSHOME, [System.Runtime.InteropServices.RuntimeEnvironment]::GetRuntimeDirectory()
            [System.AppDomain]::CurrentDomain.GetAssemblies() |
                Where-Object { $_ -notin $before -and -not $_.IsDynamic } |
                Where-Object { (Split-Path $_.Location) -notin $own.TrimEnd('\', '/') } |
                ForEach-Object { $_.GetName().Name } | Sort-Object
        } $manifest

        $loaded | Should -Be 'BearerTools', 'BearerTools.Core'
    }

    It 'makes its types known by name, before any cmdlet has run' {
        $known = Invoke-Child {
            Import-Module $args[0]
            [BearerTools.AccessToken].Name
            [BearerTools.BearerRequestException]::new('gone', 404).StatusCode
        } $manifest

        $known | Should -Be 'AccessToken', 'NotFound'
    }

    It 'loads the views of tokens with the first token' {
        $views = Invoke-Child {
            Import-Module $args[0]
            (Get-FormatData BearerTools.*).TypeNames
            $env:BEARERTOOLS_TEST = [guid]::NewGuid()
            $WhatIfPreference = $true
            (Get-BearerToken -TokenFrom env:BEARERTOOLS_TEST -Verbose 4>$null | Out-String).Trim()
            (Get-FormatData BearerTools.*).TypeNames
            1 | ForEach-Object -Parallel { Import-Module $using:args[0]; (Get-BearerTokenCache | Out-String).Trim() }
        } $manifest

        $views[0] | Should -Match '^Fingerprint +ExpiresOn +Flow +Account +Scopes'
        $views[2] | Should -Match '^[0-9a-f]{12} unknown +GivenToken'
        $views[3..13] | Should -Be @(
            'BearerTools.AccessToken', 'BearerTools.BearerTokenCacheEntry', 'BearerTools.BearerConnection', 'BearerTools.BearerProfile'
            'BearerTools.BearerProfileSetting', 'BearerTools.BearerResponse', 'BearerTools.BearerMock', 'BearerTools.BearerMockCall'
            'BearerTools.BearerTraceEntry', 'BearerTools.BearerConnectionTestResult', 'BearerTools.BearerConnectionTestStep'
        )
        $views[14] | Should -Match '^Now +Fingerprint +ExpiresOn +Flow +Store +Authority'
    }

    It 'says to restart pwsh when the module was built again under the session' {
        $copy = Copy-Module
        $said = Invoke-Child {
            Import-Module $args[0]
            Move-Item $args[1] ($args[1] -replace '\.new$') -Force
            try { Import-Module $args[0] -Force -ErrorAction Stop }
            catch { $_.Exception.Message }
        } $copy, (New-Build $copy)

        $said | Should -BeLike '*was rebuilt*Restart pwsh*'
    }

    It 'is refused for another build in another place' {
        $other = Copy-Module
        New-Build $other | ForEach-Object { Move-Item $_ ($_ -replace '\.new$') -Force }
        $said = Invoke-Child {
            Import-Module $args[0]
            try { Import-Module $args[1] -Force -ErrorAction Stop }
            catch { $_.Exception.Message }
        } $manifest, $other

        $said | Should -BeLike '*already loaded*'
    }

    It 'accepts the same build in another place, and with -Force' {
        $said = Invoke-Child {
            Import-Module $args[0]
            Import-Module $args[0] -Force
            Import-Module $args[1] -Force
            (Get-Command Get-BearerTokenCache).Name
        } $manifest, (Copy-Module)

        $said | Should -Be 'Get-BearerTokenCache'
    }
}

Describe 'The files of the project' {
    BeforeAll {
        function Get-SourceFile([string] $Folder) {
            Get-ChildItem $Folder -File -Force | Where-Object Name -NE '.git'
            Get-ChildItem $Folder -Directory -Force | Where-Object Name -NotIn '.git', 'bin', 'obj', 'out', 'node_modules', 'TestResults', '.vs', '.idea' |
                ForEach-Object { Get-SourceFile $_.FullName }
        }
        $files = Get-SourceFile $root
    }

    # The patterns are written so that they do not find themselves.
    It 'hold no <What>' -ForEach @(
        @{ What = 'path of somebody''s machine'; Pattern = '(?<![\w.])[/]home/\w', '[/]root/', '[/]Users/\w', '(?i)\b[c-z]:[\\]+users[\\]' }
        @{ What = 'private key'; Pattern = 'BEGIN [A-Z ]*PRIVATE[ ]KEY' }
        @{ What = 'token'; Pattern = '[e]yJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{20,}' }
    ) {
        $files.Count | Should -BeGreaterThan 50
        $files | Select-String -Pattern $Pattern -CaseSensitive | ForEach-Object { "$($_.Path):$($_.LineNumber)" } | Should -BeNullOrEmpty
    }
}
