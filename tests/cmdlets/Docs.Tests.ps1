# The examples and links of the README, the guides and the recipes.

BeforeDiscovery {
    $root = (Resolve-Path "$PSScriptRoot/../..").Path
    $elsewhere = 'cmdlets', 'about' | ForEach-Object { Join-Path $root "docs/$_" }
    $files = @(Get-Item "$root/README.md", "$root/CONTRIBUTING.md") +
        @(Get-ChildItem "$root/docs" -Filter *.md -Recurse | Where-Object DirectoryName -NotIn $elsewhere)
    $documents = foreach ($file in $files) {
        @{ Name = [System.IO.Path]::GetRelativePath($root, $file.FullName).Replace('\', '/'); Path = $file.FullName }
    }
}

Describe 'The document <Name>' -ForEach $documents {
    BeforeAll {
        Import-Module "$PSScriptRoot/../../BearerTools.psd1"
        Import-Module "$PSScriptRoot/Support/Blocks.psm1"
        # Modules that pages show.
        Get-ChildItem "$PSScriptRoot/../../docs/samples" -Filter *.psm1 -Recurse -ErrorAction Ignore | Import-Module
        $text = Get-Content $Path -Raw

        # The name that GitHub gives to a heading.
        function Get-Anchor([string] $Markdown) {
            [regex]::Matches(($Markdown -replace '(?ms)^```.*?^```'), '(?m)^#+ (?<title>.+?)\s*$') |
                ForEach-Object { ($_.Groups['title'].Value.ToLowerInvariant() -replace '[^\w\- ]').Replace(' ', '-') }
        }
    }

    It 'has examples whose commands and parameters exist and go together' {
        $blocks = @(Get-Block $Path)
        # Functions that the page defines, and scripts that it has the reader save.
        $own = @($blocks.Code | ForEach-Object { [regex]::Matches($_, '(?m)^\s*function (?<name>[\w-]+)') } |
                ForEach-Object { $_.Groups['name'].Value }) + @($blocks.File | Where-Object { $_ } | ForEach-Object { "./$_" })
        $problems = foreach ($block in $blocks) {
            $errors = $null
            $code = [System.Management.Automation.Language.Parser]::ParseInput($block.Code, [ref]$null, [ref]$errors)
            $errors
            $language = 'System.Management.Automation.Language'
            foreach ($command in $code.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
                $name = $command.GetCommandName()
                if (-not $name -or $name -in $own) { continue }
                if (-not (Get-Command $name -ErrorAction Ignore)) { "There is no command $name."; continue }
                if ((Get-Command $name).ModuleName -ne 'BearerTools') { continue }
                # What a splatted hashtable adds is not known.
                if ($command.CommandElements | Where-Object { $_ -is "$language.VariableExpressionAst" -and $_.Splatted }) {
                    $names = ($command.CommandElements | Where-Object { $_ -is "$language.CommandParameterAst" }).ParameterName
                    $known = (Get-Command $name).Parameters.Keys
                    $names | Where-Object { $_ -and $_ -notin $known } | ForEach-Object { "$name has no parameter $_." }
                    continue
                }
                $binding = [System.Management.Automation.Language.StaticParameterBinder]::BindCommand($command, $true)
                foreach ($failure in $binding.BindingExceptions.Values) { "$($command.Extent.Text): $($failure.BindingException.Message)" }
            }
        }

        $problems | Should -BeNullOrEmpty
    }

    It 'links to files and headings that exist' {
        $folder = Split-Path $Path
        $broken = foreach ($link in [regex]::Matches($text, '\]\((?!https?:)(?<file>[^)#]*)(?:#(?<anchor>[^)]+))?\)')) {
            $target = $link.Groups['file'].Value ? (Join-Path $folder $link.Groups['file'].Value) : $Path
            if (-not (Test-Path $target)) { $link.Value; continue }
            $anchor = $link.Groups['anchor']
            if ($anchor.Success -and $anchor.Value -notin (Get-Anchor (Get-Content $target -Raw))) { $link.Value }
        }

        $broken | Should -BeNullOrEmpty
    }

    It 'names only tasks of build.ps1 that exist' {
        $tasks = (Get-Command "$PSScriptRoot/../../build.ps1").Parameters['Task'].Attributes.ValidValues
        $named = [regex]::Matches($text, 'build\.ps1 (?<task>[A-Z]\w+)') | ForEach-Object { $_.Groups['task'].Value }

        $named | Where-Object { $_ -notin $tasks } | Should -BeNullOrEmpty
    }
}

Describe 'The page of troubleshooting' {
    It 'names only error ids that the module or PowerShell has' {
        $root = (Resolve-Path "$PSScriptRoot/../..").Path
        $files = Get-ChildItem "$root/src" -Filter *.cs -Recurse | Where-Object FullName -NotMatch '[\\/](bin|obj)[\\/]'
        $source = ($files | Get-Content -Raw) -join "`n"
        $ids = Get-Content "$root/docs/troubleshooting.md" | Where-Object { $_ -match '^\| `' } |
            ForEach-Object { [regex]::Matches($_.Split('|')[1], '`(?<id>\w+)`') } | ForEach-Object { $_.Groups['id'].Value }

        $ids.Count | Should -BeGreaterThan 40
        # The first is PowerShell's own, and those of a status are made of its number.
        $made = '^(ParameterArgumentTransformationError|HttpStatus\d{3})$'
        $ids | Where-Object { $_ -notmatch $made -and -not $source.Contains("`"$_`"") } | Should -BeNullOrEmpty
    }
}
