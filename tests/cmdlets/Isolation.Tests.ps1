# The libraries of this module and those of others, in one process, in every order.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/Support/Entra.psm1"
    $obstacle = Get-EntraObstacle
    if ($obstacle) { Write-Warning "The tests of isolation with tokens are skipped: $obstacle." }

    # Each combination takes a process. A usual run tries each version and each moment once, -Soak all combinations.
    $versions = foreach ($version in '4.0.0.0', '99.0.0.0') { foreach ($when in 'before the import', 'after a token') { @{ Version = $version; When = $when } } }
    $moments = @{ When = 'before' }, @{ When = 'after' }
    if (-not $env:BEARERTOOLS_SOAK) {
        $versions = $versions[0, 3]
        $moments = $moments[0]
    }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support/Entra.psm1"
    Import-Module "$PSScriptRoot/Support/Assemblies.psm1"
    $root = (Resolve-Path "$PSScriptRoot/../..").Path
    $private = Join-Path $root 'bin/msal'
}

Describe 'The private folder' {
    BeforeAll {
        $files = Get-ChildItem $private -File -Recurse
        $dlls = $files | Where-Object Extension -EQ '.dll'
    }

    It 'holds this module''s assembly for MSAL, MSAL, and its dependencies' {
        $dlls.BaseName | Sort-Object | Should -Be 'BearerTools.Msal', 'Microsoft.Identity.Client', 'Microsoft.IdentityModel.Abstractions'
    }

    It 'holds no assembly that is loaded already: not Core, not the engine, not the runtime' {
        $there = @('BearerTools', 'BearerTools.Core', 'System.Management.Automation') +
        @(Get-ChildItem $PSHOME, ([Runtime.InteropServices.RuntimeEnvironment]::GetRuntimeDirectory()) -Filter *.dll).BaseName
        $dlls.BaseName | Where-Object { $_ -in $there } | Should -BeNullOrEmpty
    }
}

Describe 'A session with libraries of other modules' -Skip:([bool]$obstacle) {
    BeforeAll {
        $sandbox = Start-Entra
        $names = 'Microsoft.Identity.Client', 'Microsoft.IdentityModel.Abstractions'
        $standIns = @{}
        foreach ($version in '4.0.0.0', '99.0.0.0') { $standIns[$version] = @($names | ForEach-Object { New-StandIn $_ $version (Join-Path $private "$_.dll") $TestDrive }) }
        $with = @{ Module = Join-Path $root 'BearerTools.psd1'; Private = $private; Other = New-OtherContext $TestDrive }

        # Each in a fresh process: what a process has loaded, it keeps.
        function Invoke-Fresh([scriptblock] $Script, [hashtable] $More = @{}) {
            $session = Start-EntraSession $sandbox -Bare
            try { Invoke-EntraSession $session $Script -With ($with + $More) }
            finally { Stop-EntraSession $session }
        }
    }

    AfterAll { Stop-Sandbox $sandbox }

    It 'gets a token with <Version> of MSAL in the default context, loaded <When>' -ForEach $versions {
        $result = Invoke-Fresh -More @{ StandIns = $standIns[$Version]; When = $When } {
            $load = { $with.StandIns | ForEach-Object { $null = [Reflection.Assembly]::LoadFrom($_) } }
            $get = { Get-BearerToken -TenantId $entra.tenantId -ClientId $entra.clientId -SecretFrom "file:$($entra.secretFile)" -Resource https://graph.microsoft.com }
            if ($with.When -eq 'before the import') { & $load }
            Import-Module $with.Module
            $token = & $get
            if ($with.When -eq 'after a token') { & $load }
            $another = $token | Update-BearerToken
            $all = [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'Microsoft.Identity.Client' }
            @{
                Audience    = $another.Claims.aud
                IsAnother   = $token.Fingerprint -ne $another.Fingerprint
                InDefault   = @($all | Where-Object { [Runtime.Loader.AssemblyLoadContext]::GetLoadContext($_).Name -eq 'Default' } | ForEach-Object { "$($_.GetName().Version)" })
                InOurs      = @($all | Where-Object Location -Like "$($with.Private)*").Count
                TheirsWorks = [Microsoft.Identity.Client.ConfidentialClientApplicationBuilder]::Version
            }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Audience | Should -Be 'https://graph.microsoft.com'
        $result.Output.IsAnother | Should -BeTrue
        $result.Output.InDefault | Should -Be $Version
        $result.Output.InOurs | Should -Be 1
        $result.Output.TheirsWorks | Should -Be $Version
    }

    It 'gets a token beside two modules with load contexts of their own, loaded <When>' -ForEach $moments {
        $result = Invoke-Fresh -More @{ When = $When } {
            Add-Type -Path $with.Other
            $others = { 'one', 'two' | ForEach-Object { [OtherContext]::new($_, $with.Private).Use() } }
            $get = { Get-BearerToken -TenantId $entra.tenantId -ClientId $entra.clientId -SecretFrom "file:$($entra.secretFile)" -Resource https://graph.microsoft.com }
            if ($with.When -eq 'before') { $used = & $others }
            Import-Module $with.Module
            $token = & $get
            if ($with.When -eq 'after') { $used = & $others }
            @{
                Flow     = $token.Flow
                Used     = @($used)
                Contexts = @([AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'Microsoft.Identity.Client' } |
                        ForEach-Object { [Runtime.Loader.AssemblyLoadContext]::GetLoadContext($_).GetHashCode() } | Sort-Object -Unique).Count
            }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Used | Should -Be 'one', 'two'
        $result.Output.Contexts | Should -Be 3
    }

    It 'uses its own library when a module resolves another version for every assembly' {
        $result = Invoke-Fresh -More @{ StandIns = $standIns['99.0.0.0'] } {
            Add-Type -Path $with.Other
            $with.StandIns | ForEach-Object { [ResolveForAll]::With($_) }
            Import-Module $with.Module
            $token = Get-BearerToken -TenantId $entra.tenantId -ClientId $entra.clientId -SecretFrom "file:$($entra.secretFile)" -Resource https://graph.microsoft.com
            @{ Audience = $token.Claims.aud }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Audience | Should -Be 'https://graph.microsoft.com'
    }

    It 'loads no assembly of MSAL before Entra is used, and resolves none for other modules afterwards' {
        $result = Invoke-Fresh {
            $count = { @([AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -like 'Microsoft.Identity*' -or $_.GetName().Name -eq 'BearerTools.Msal' }).Count }
            Import-Module $with.Module
            try { $null = Get-BearerToken -Authority http://127.0.0.1:1 -ClientId x -SecretFrom "file:$($entra.secretFile)" } catch { }
            $before = & $count
            $null = Get-BearerToken -TenantId $entra.tenantId -ClientId $entra.clientId -SecretFrom "file:$($entra.secretFile)" -Resource https://graph.microsoft.com
            $after = & $count

            # Who is asked when a load fails: the runtime's own lists.
            $flags = [Reflection.BindingFlags] 'NonPublic, Public, Static, Instance'
            $context = [Runtime.Loader.AssemblyLoadContext]
            $handlers = foreach ($field in $context.GetFields($flags) | Where-Object { [Delegate].IsAssignableFrom($_.FieldType) }) {
                $list = $field.GetValue($field.IsStatic ? $null : $context::Default)
                if ($list) { $list.GetInvocationList() | ForEach-Object { $_.Method.DeclaringType.Assembly.GetName().Name } }
            }
            $found = foreach ($name in 'Microsoft.Identity.Client', 'Microsoft.IdentityModel.Abstractions', 'BearerTools.Msal', 'Nobody.Has.This') {
                try { [Reflection.Assembly]::Load($name).FullName } catch [IO.FileNotFoundException] { }
            }
            @{
                Before   = $before
                After    = $after
                Handlers = @($handlers | Sort-Object -Unique)
                Found    = @($found)
                Named    = 'Microsoft.Identity.Client.IAccount' -as [type]
            }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.Before | Should -Be 0
        $result.Output.After | Should -BeGreaterOrEqual 2
        # The engine's own is found, so that ours would be.
        $result.Output.Handlers | Should -Contain 'System.Management.Automation'
        $result.Output.Handlers | Where-Object { $_ -like 'BearerTools*' -or $_ -like 'Microsoft.Identity*' } | Should -BeNullOrEmpty
        $result.Output.Found | Should -BeNullOrEmpty
        $result.Output.Named | Should -BeNullOrEmpty
    }

    It 'has the same types, and one copy of MSAL, in two runspaces and after another import' {
        $result = Invoke-Fresh {
            $in = foreach ($number in 1, 2) {
                $shell = [powershell]::Create()
                $shell.AddScript({
                        param($module, $entra)
                        Import-Module $module
                        $token = Get-BearerToken -TenantId $entra.tenantId -ClientId $entra.clientId -SecretFrom "file:$($entra.secretFile)" -Resource https://graph.microsoft.com
                        @{ Type = [BearerTools.AccessToken]; Token = $token }
                    }).AddArgument($with.Module).AddArgument($entra).Invoke()[0]
            }
            Import-Module $with.Module
            $response = Invoke-BearerRequest https://graph.microsoft.com/v1.0/users -Token $in[0].Token
            Remove-Module BearerTools
            Import-Module $with.Module
            $again = Get-BearerToken -TenantId $entra.tenantId -ClientId $entra.clientId -SecretFrom "file:$($entra.secretFile)" -Resource https://graph.microsoft.com
            $renewed = $again | Update-BearerToken
            @{
                Kept      = $again.Fingerprint -eq $in[0].Token.Fingerprint
                IsAnother = $renewed.Fingerprint -ne $again.Fingerprint
                SameType  = [object]::ReferenceEquals($in[0].Type, $in[1].Type) -and $in[0].Token -is [BearerTools.AccessToken]
                SameToken = $in[0].Token.Fingerprint -eq $in[1].Token.Fingerprint
                Copies    = @([AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'Microsoft.Identity.Client' }).Count
                People    = @($response.value).Count
            }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.SameType | Should -BeTrue
        $result.Output.SameToken | Should -BeTrue
        $result.Output.Kept | Should -BeTrue
        $result.Output.IsAnother | Should -BeTrue
        $result.Output.Copies | Should -Be 1
        $result.Output.People | Should -Be 2
    }

    It 'has one Core, the one that runs, even where another copy lies in the private folder' {
        $null = New-Item $TestDrive/stray -ItemType Directory
        Copy-Item $root/bin $TestDrive/stray -Recurse
        Copy-Item $root/BearerTools.psd1 $TestDrive/stray
        Copy-Item $root/en-US $TestDrive/stray -Recurse
        Copy-Item $root/bin/BearerTools.Core.dll $TestDrive/stray/bin/msal
        $result = Invoke-Fresh -More @{ Stray = "$TestDrive/stray/BearerTools.psd1" } {
            Import-Module $with.Stray
            $token = Get-BearerToken -TenantId $entra.tenantId -ClientId $entra.clientId -SecretFrom "file:$($entra.secretFile)" -Resource https://graph.microsoft.com
            @{ IsToken = $token -is [BearerTools.AccessToken]; Copies = @([AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'BearerTools.Core' }).Count }
        }

        $result.Errors | Should -BeNullOrEmpty
        $result.Output.IsToken | Should -BeTrue
        $result.Output.Copies | Should -Be 1
    }
}
