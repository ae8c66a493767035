# The Package task of build.ps1, which dot-sources this file: the module as users install it.

# What runs, and what a user may want to read. Everything else of the checkout stays out of the package.
$packageFiles = 'bin/*.dll', 'bin/*.ps1xml', 'bin/msal/*.dll', 'bin/keyring/*.dll', 'bin/redis/*.dll', 'en-US/*',
    'docs/profiles.schema.json', 'LICENSE', 'src/THIRD-PARTY-NOTICES.md'

# The section of the changelog for a version.
function Get-ReleaseNotes([string] $Changelog, [string] $Version) {
    $section = [regex]::Match((Get-Content $Changelog -Raw), "(?ms)^## $([regex]::Escape($Version))\b[^\n]*\n(?<notes>.+?)(?=^## |\z)")
    if (-not $section.Success) { throw "CHANGELOG.md has no section for version $Version. Add '## $Version' with its changes." }
    $section.Groups['notes'].Value.Trim()
}

function ConvertTo-Literal([string] $Text) { "'$($Text.Replace("'", "''"))'" }

# Completes the manifest of the checkout: release notes, list of files, and addresses or the label of a local build.
function Write-PackageManifest([string] $Root, [string] $Folder, [string] $ProjectUri) {
    $source = Join-Path $Root 'BearerTools.psd1'
    $version = (Import-PowerShellDataFile $source).ModuleVersion
    $notes = Get-ReleaseNotes (Join-Path $Root 'CHANGELOG.md') $version
    $origin = if ($ProjectUri) {
        "ProjectUri   = $(ConvertTo-Literal $ProjectUri)"
        "LicenseUri   = $(ConvertTo-Literal "$($ProjectUri.TrimEnd('/'))/blob/v$version/LICENSE")"
        "IconUri      = $(ConvertTo-Literal "$($ProjectUri.TrimEnd('/'))/raw/v$version/docs/images/icon.png")"
    }
    else { "Prerelease   = 'local'" }
    $lines = @("ReleaseNotes = $(ConvertTo-Literal $notes)") + $origin
    $files = Get-ChildItem $Folder -File -Recurse | ForEach-Object { [System.IO.Path]::GetRelativePath($Folder, $_.FullName).Replace('\', '/') }
    $list = ($files + 'BearerTools.psd1' | Sort-Object | ForEach-Object { ConvertTo-Literal $_ }) -join ",`n                           "

    $text = (Get-Content $source -Raw).
        Replace("ReleaseNotes = 'See CHANGELOG.md.'", $lines -join "`n            ").
        Replace('    PrivateData          = @{', "    FileList             = $list`n    PrivateData          = @{")
    $path = Join-Path $Folder 'BearerTools.psd1'
    Set-Content $path $text -NoNewline
    $null = Test-ModuleManifest $path -ErrorAction Stop
}

# Makes the module's folder and its package in a folder, and returns the path of the package.
function New-Package([string] $Root, [string] $Destination, [string] $ProjectUri) {
    if ($ProjectUri -and $ProjectUri -notmatch '^https://[^/]+/.') { throw "'$ProjectUri' is not the https address of a project, such as https://github.com/contoso/BearerTools." }
    if (-not (Get-Command Compress-PSResource -ErrorAction Ignore)) {
        throw 'The package needs Microsoft.PowerShell.PSResourceGet 1.1 or later: Install-PSResource Microsoft.PowerShell.PSResourceGet'
    }

    $folder = Join-Path $Destination 'BearerTools'
    Remove-Item $folder, (Join-Path $Destination 'BearerTools.*.nupkg') -Recurse -Force -ErrorAction Ignore
    foreach ($file in Get-Item ($packageFiles | ForEach-Object { Join-Path $Root $_ })) {
        $part = [System.IO.Path]::GetRelativePath($Root, $file.FullName) -replace '^src[\\/]'
        $null = New-Item (Split-Path (Join-Path $folder $part)) -ItemType Directory -Force
        Copy-Item $file (Join-Path $folder $part)
    }

    Write-PackageManifest $Root $folder $ProjectUri
    Compress-PSResource -Path $folder -DestinationPath $Destination
    (Get-Item (Join-Path $Destination 'BearerTools.*.nupkg')).FullName
}

# Packages that are used to build, or that the engine has: their assemblies are not in the package. Redis needs a newer DiagnosticSource.
$notShipped = 'PowerShellStandard.Library', 'System.Diagnostics.DiagnosticSource@6.0.1', 'System.Runtime.CompilerServices.Unsafe'

# Makes the software bill of materials (CycloneDX) of the package in a folder, and returns its path.
function New-BillOfMaterials([string] $Root, [string] $Destination) {
    $version = (Import-PowerShellDataFile (Join-Path $Root 'BearerTools.psd1')).ModuleVersion
    $name = "BearerTools.$version.cdx.json"
    # The tool is listed in this folder.
    Push-Location (Join-Path $Root 'src')
    try {
        & dotnet tool restore --verbosity quiet | Out-Host
        if ($LASTEXITCODE) { throw "'dotnet tool restore' failed in src; see its output above." }
        & dotnet tool run dotnet-CycloneDX (Join-Path $Root 'src/Shipped.slnf') --exclude-dev `
            --disable-package-restore --exclude-filter ($notShipped -join ',') --output $Destination --filename $name `
            --output-format Json --spec-version 1.6 --set-name BearerTools --set-version $version --set-type Library | Out-Null
        if ($LASTEXITCODE) { throw "CycloneDX ended with exit code $LASTEXITCODE." }
    }
    finally { Pop-Location }
    Join-Path $Destination $name
}
