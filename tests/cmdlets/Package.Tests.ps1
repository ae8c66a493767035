# The package: made from this build, installed from a folder repository by a new user, upgraded and removed.

BeforeAll {
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $root = (Resolve-Path "$PSScriptRoot/../..").Path
    . "$root/src/PackageTask.ps1"
    $repository = Join-Path $TestDrive 'repository'
    $package = New-Package $root $repository
    $module = Join-Path $repository 'BearerTools'

    # A checkout with another version, as far as the package is concerned.
    $next = Join-Path $TestDrive 'next'
    foreach ($pattern in $packageFiles + 'BearerTools.psd1', 'CHANGELOG.md') {
        foreach ($file in Get-Item (Join-Path $root $pattern)) {
            $target = Join-Path $next ([System.IO.Path]::GetRelativePath($root, $file.FullName))
            $null = New-Item (Split-Path $target) -ItemType Directory -Force
            Copy-Item $file $target
        }
    }
    $version = (Import-PowerShellDataFile "$root/BearerTools.psd1").ModuleVersion
    Set-Content "$next/BearerTools.psd1" ((Get-Content "$next/BearerTools.psd1" -Raw) -replace [regex]::Escape("'$version'"), "'99.0.0'")
    Set-Content "$next/CHANGELOG.md" "# Changelog`n`n## 99.0.0`n`n- It's new.`n`n## $version`n`n- Old."
    $newer = New-Package $next (Join-Path $TestDrive 'newer') 'https://github.com/contoso/BearerTools'

    # Runs a script as a user who has no modules and no settings.
    function Invoke-NewUser([scriptblock] $Script, [string[]] $Arguments) {
        $path = Join-Path $TestDrive 'user.ps1'
        Set-Content $path $Script.ToString()
        $engine = [Environment]::ProcessPath
        [string[]] $first = if ((Split-Path $engine -LeafBase) -eq 'dotnet') { Join-Path $PSHOME 'pwsh.dll' }
        # Without the XDG folders, everything of a user is below HOME.
        $own = 'HOME', 'XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'PSModulePath'
        $before = @{}
        foreach ($name in $own) { $before[$name] = [Environment]::GetEnvironmentVariable($name) }
        try {
            foreach ($name in $own) { [Environment]::SetEnvironmentVariable($name, $null) }
            $env:HOME = Join-Path $TestDrive 'home'
            $null = New-Item $env:HOME, "$env:HOME/.local/share", "$env:HOME/.config", "$env:HOME/.cache" -ItemType Directory -Force
            & $engine @first -NoProfile -NonInteractive -File $path @Arguments 2>&1 | ForEach-Object { "$_" }
        }
        finally { foreach ($name in $own) { [Environment]::SetEnvironmentVariable($name, $before[$name]) } }
    }
}

Describe 'The package' {
    It 'contains what runs, help, views and licenses, and nothing else' {
        Get-ChildItem $module -File -Recurse | ForEach-Object { [System.IO.Path]::GetRelativePath($module, $_.FullName).Replace('\', '/') } |
            Sort-Object | Should -Be (@(
                'bin/BearerTools.Core.dll', 'bin/BearerTools.dll', 'bin/BearerTools.format.ps1xml', 'bin/msal/BearerTools.Msal.dll'
                'bin/keyring/BearerTools.Keyring.dll', 'bin/keyring/Tmds.DBus.Protocol.dll', 'bin/keyring/System.IO.Pipelines.dll'
                'bin/redis/BearerTools.Redis.dll', 'bin/redis/StackExchange.Redis.dll', 'bin/redis/RESPite.dll', 'bin/redis/System.IO.Hashing.dll'
                'bin/redis/System.IO.Pipelines.dll', 'bin/redis/System.Diagnostics.DiagnosticSource.dll'
                'bin/redis/Microsoft.Extensions.Logging.Abstractions.dll', 'bin/redis/Microsoft.Extensions.DependencyInjection.Abstractions.dll'
                'bin/msal/Microsoft.Identity.Client.dll', 'bin/msal/Microsoft.IdentityModel.Abstractions.dll', 'BearerTools.psd1'
                'en-US/BearerTools.dll-Help.xml', 'LICENSE', 'THIRD-PARTY-NOTICES.md', 'docs/profiles.schema.json'
                Get-ChildItem "$PSScriptRoot/../../docs/about" -Filter about_*.md | ForEach-Object { "en-US/$($_.BaseName).help.txt" }
            ) | Sort-Object)
    }

    It 'has a bill of materials that lists each library of others that is in it, with its version and license' {
        $bill = Get-Content (New-BillOfMaterials $root $TestDrive) -Raw | ConvertFrom-Json
        $libraries = Get-ChildItem $module/bin -Recurse -Filter *.dll | Where-Object Name -NotLike 'BearerTools*'
        @($bill.components.name | Sort-Object) | Should -Be @($libraries.BaseName | Sort-Object)
        $bill.components.version | Should -Not -Contain $null
        $bill.components.licenses.license.id | Should -Be (@('MIT') * $libraries.Count)
        $bill.metadata.component.version | Should -Be $version
    }

    It 'is smaller than 4 MB' {
        (Get-Item $package).Length | Should -BeLessThan 4MB
    }

    It 'lists its files, and has the changes of its version as release notes' {
        $manifest = Import-PowerShellDataFile "$module/BearerTools.psd1"
        $manifest.FileList | Sort-Object | Should -Be (Get-ChildItem $module -File -Recurse |
                ForEach-Object { [System.IO.Path]::GetRelativePath($module, $_.FullName).Replace('\', '/') } | Sort-Object)
        (Import-PowerShellDataFile (Join-Path (Split-Path $newer) 'BearerTools/BearerTools.psd1')).PrivateData.PSData.ReleaseNotes |
            Should -Be "- It's new."
    }

    It 'is a local one unless the address of the project is given' {
        (Import-PowerShellDataFile "$module/BearerTools.psd1").PrivateData.PSData.Prerelease | Should -Be 'local'
        $data = (Import-PowerShellDataFile (Join-Path (Split-Path $newer) 'BearerTools/BearerTools.psd1')).PrivateData.PSData
        $data.Prerelease | Should -BeNullOrEmpty
        $data.ProjectUri | Should -Be 'https://github.com/contoso/BearerTools'
        $data.IconUri | Should -Be 'https://github.com/contoso/BearerTools/raw/v99.0.0/docs/images/icon.png'
        "$root/docs/images/icon.png" | Should -Exist
        { New-Package $next (Join-Path $TestDrive 'none') 'contoso' } | Should -Throw '*is not the https address of a project*'
    }

    It 'needs a section of the changelog for its version' {
        { Get-ReleaseNotes "$root/CHANGELOG.md" '98.0.0' } | Should -Throw "*no section for version 98.0.0*Add '## 98.0.0'*"
    }

    It 'references no assembly that PowerShell 7.4 does not have' {
        $dlls = Get-ChildItem "$module/bin" -Filter *.dll -Recurse
        foreach ($dll in $dlls) {
            $reader = [System.Reflection.PortableExecutable.PEReader]::new([System.IO.File]::OpenRead($dll.FullName))
            try {
                $metadata = [System.Reflection.Metadata.PEReaderExtensions]::GetMetadataReader($reader)
                $references = $metadata.AssemblyReferences | ForEach-Object { $metadata.GetAssemblyReference($_) } |
                    ForEach-Object { [pscustomobject]@{ Name = $metadata.GetString($_.Name); Version = $_.Version } }
            }
            finally { $reader.Dispose() }
            $references | Should -Not -BeNullOrEmpty
            foreach ($reference in $references | Where-Object Name -NotIn $dlls.BaseName) {
                # PowerShell Standard's version; otherwise the runtime's.
                if ($reference.Name -eq 'System.Management.Automation') { $reference.Version | Should -Be '3.0.0.0' -Because $dll.Name }
                else {
                    $reference.Name | Should -Match '^(System\b|netstandard$|Microsoft\.(Win32|CSharp|VisualBasic)\b)' -Because $dll.Name
                    $reference.Version | Should -BeLessOrEqual ([version]'8.0.0.0') -Because "$($dll.Name) references $($reference.Name)"
                }
            }
        }
    }

    It 'names the license of each library that it contains' {
        $notices = Get-Content "$module/THIRD-PARTY-NOTICES.md" -Raw
        foreach ($library in Get-ChildItem "$module/bin" -Filter *.dll -Recurse | Where-Object Name -NotLike 'BearerTools*') {
            $built = [System.Diagnostics.FileVersionInfo]::GetVersionInfo($library).ProductVersion -replace '[+-].*'
            $notices | Should -Match "\| $([regex]::Escape($library.Name)) \| $([regex]::Escape($built)) \| MIT \|"
        }
    }
}

# Windows has one folder of modules for each user, which is not to be changed where somebody works.
Describe 'A new user' -Skip:($IsWindows -and -not $env:CI) {
    It 'installs it, runs a first session, upgrades and removes it' {
        $sandbox = Start-Sandbox
        try {
            Copy-Item $newer $TestDrive
            $lines = Invoke-NewUser {
                param($repository, $newer, $authority, $clientId, $secretFile, $api)
                $ErrorActionPreference = 'Stop'
                Register-PSResourceRepository -Name folder -Uri $repository -Trusted
                Install-PSResource BearerTools -Repository folder -Prerelease
                "installed: $((Get-InstalledPSResource BearerTools).Prerelease)"
                Connect-BearerApi -Authority $authority -ClientId $clientId -SecretFrom "file:$secretFile" -BaseUri $api
                "id: $((Invoke-BearerRequest /items/1).id)"
                "help: $((Get-Help Connect-BearerApi).Synopsis -like 'Gets a token*')"
                $own = Split-Path (Get-Module BearerTools).Path
                $assemblies = [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.Location -and $_.Location.StartsWith($own) }
                "loaded: $(($assemblies | ForEach-Object { $_.GetName().Name } | Sort-Object) -join ', ')"
                Copy-Item $newer $repository
                Update-PSResource BearerTools -Repository folder
                "upgraded: $(Get-InstalledPSResource BearerTools | ForEach-Object Version | Sort-Object | Select-Object -Last 1)"
                Uninstall-PSResource BearerTools -Version 99.0.0
                Uninstall-PSResource BearerTools -Version (Get-InstalledPSResource BearerTools | ForEach-Object { "$($_.Version)-$($_.Prerelease)" }) -Prerelease
                "left: $(@(Get-InstalledPSResource BearerTools -ErrorAction Ignore).Count)"
            } $repository, $newer, $sandbox.Address, $sandbox.ClientId, $sandbox.SecretFile, $sandbox.Api

            $lines | Should -Be @(
                'installed: local', 'id: 1', 'help: True'
                'loaded: BearerTools, BearerTools.Core', 'upgraded: 99.0.0', 'left: 0'
            )
        }
        finally { Stop-Sandbox $sandbox }
    }
}
