# The help in en-US is generated from docs/cmdlets and docs/about, agrees with the cmdlets, and its examples can be pasted.

BeforeDiscovery {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    $cmdlets = (Get-Command -Module BearerTools -CommandType Cmdlet).Name
    $topics = (Get-ChildItem "$PSScriptRoot/../../docs/about" -Filter about_*.md).BaseName
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    $common = [System.Management.Automation.PSCmdlet]::CommonParameters

    function Get-Text($Paragraphs) { ($Paragraphs | ForEach-Object Text) -join "`n" }

    # Many pages have the same links.
    $found = @{}
    function Test-Help([string] $Name) {
        $found[$Name] ??= [bool] (Get-Help $Name -ErrorAction Stop)
        $found[$Name]
    }
}

Describe 'The help of <_>' -ForEach $cmdlets {
    BeforeAll {
        $command = Get-Command $_
        $help = Get-Help $_ -Full
        $hidden = @($command.Parameters.Values | Where-Object { $_.Attributes | Where-Object { $_ -is [Parameter] -and $_.DontShow } } | ForEach-Object Name)
        $sets = @($command.ParameterSets | ForEach-Object { @{ Parameters = @($_.Parameters | Where-Object Name -NotIn ($common + $hidden)) } })
        $all = @($sets | ForEach-Object { $_.Parameters })
        $names = @($all | ForEach-Object Name | Sort-Object -Unique)
        $described = @($help.parameters.parameter | Where-Object { $_ })
    }

    It 'has a synopsis and a description' {
        # Without help the engine makes a synopsis of the syntax.
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.Synopsis | Should -Not -BeLike "*$_*"
        Get-Text $help.description | Should -Not -BeNullOrEmpty
    }

    It 'describes the parameters that exist, and no others' {
        @($described.name | Sort-Object) | Should -Be $names
        foreach ($parameter in $described) { Get-Text $parameter.description | Should -Not -BeNullOrEmpty -Because "-$($parameter.name) needs a description" }
    }

    It 'describes the attributes of each parameter correctly' {
        foreach ($parameter in $described) {
            $declared = @($all | Where-Object Name -EQ $parameter.name)
            $because = "it is so for -$($parameter.name)"
            $how = @(
                if ($declared.ValueFromPipeline -contains $true) { 'ByValue' }
                if ($declared.ValueFromPipelineByPropertyName -contains $true) { 'ByPropertyName' }
            )
            $parameter.required | Should -Be "$($declared.IsMandatory -contains $true)" -Because $because
            $parameter.position | Should -Be ($declared[0].Position -ge 0 ? "$($declared[0].Position)" : 'named') -Because $because
            $parameter.pipelineInput | Should -Be ($how ? "True ($($how -join ', '))" : 'False') -Because $because
            $parameter.parameterValue | Should -Be $declared[0].ParameterType.Name -Because $because
            $parameter.aliases | Should -Be ($declared[0].Aliases ? $declared[0].Aliases -join ', ' : 'None') -Because $because
        }
    }

    It 'shows a syntax for each parameter set' {
        $items = @($help.syntax.syntaxItem)
        $items.Count | Should -Be $sets.Count
        $shown = foreach ($item in $items) {
            $written = @($item.PSObject.Properties['parameter']?.Value | Where-Object { $_ })
            $mandatory = @($written | Where-Object required -EQ 'true' | ForEach-Object name | Sort-Object)
            $fitting = @($sets | Where-Object {
                    $set = $_.Parameters
                    "$($written | ForEach-Object name | Sort-Object)" -eq "$($set | ForEach-Object Name | Sort-Object)" -and
                    "$mandatory" -eq "$($set | Where-Object IsMandatory | ForEach-Object Name | Sort-Object)"
                })
            $fitting.Count | Should -Be 1 -Because "'$($written.name)' should be the syntax of one parameter set"
            $written | ForEach-Object name
        }
        @($shown | Sort-Object -Unique) | Should -Be $names
    }

    It 'describes its inputs and outputs' {
        $help.inputTypes.inputType.type.name | Should -Not -BeNullOrEmpty
        $said = @($help.returnValues.returnValue.type.name)
        $said -join ' ' | Should -Be (($command.OutputType.Name -join ' ') -replace '^System\.Void$', 'None')
    }

    It 'names every property of its outputs' {
        foreach ($output in $help.returnValues.returnValue | Where-Object { $_.type.name -like 'BearerTools.*' }) {
            $text = Get-Text $output.description
            if ($text -match 'Get-BearerToken describes') { continue }
            foreach ($property in ($output.type.name -as [type]).GetProperties('Public, Instance').Name) {
                $text | Should -MatchExactly "\b$property\b" -Because "$($output.type.name) has $property"
            }
        }
    }

    It 'has notes' {
        Get-Text $help.alertSet.alert | Should -Not -BeNullOrEmpty
    }

    It 'has no empty section, and a value for each attribute, as Get-Help -Full shows it' {
        $lines = $help | Out-String -Width 120 -Stream
        $headings = @(0..($lines.Count - 1) | Where-Object { $lines[$_] -cmatch '^[A-Z][A-Z ]+$' })
        $lines[$headings] | Should -Be 'NAME', 'SYNOPSIS', 'SYNTAX', 'DESCRIPTION', 'PARAMETERS', 'INPUTS', 'OUTPUTS', 'NOTES', 'RELATED LINKS'
        for ($n = 0; $n -lt $headings.Count; $n++) {
            $end = $n + 1 -lt $headings.Count ? $headings[$n + 1] - 1 : $lines.Count - 1
            $lines[($headings[$n] + 1)..$end] -join '' | Should -Match '\S' -Because "$($lines[$headings[$n]]) should have contents"
        }
        $attributes = @($lines -match '^\s+(Required\?|Position\?|Default value|Accept pipeline input\?|Accept wildcard characters\?|Aliases)')
        $attributes -notmatch '^\s+(Required\?|Position\?|Default value|Accept pipeline input\?|Accept wildcard characters\?|Aliases)\s+\S' | Should -BeNullOrEmpty
    }

    It 'has a syntax that tells the parameter sets apart' {
        $syntax = @((Get-Command $_ -Syntax) -split '\r?\n' | Where-Object { $_ })
        $syntax.Count | Should -Be $sets.Count
        @($syntax | Sort-Object -Unique).Count | Should -Be $syntax.Count
        # Besides the default set, each has a mandatory parameter that no other one needs, alone or together with others.
        $mandatory = @($command.ParameterSets | ForEach-Object { ($_.Parameters | Where-Object IsMandatory | ForEach-Object Name | Sort-Object) -join ' ' })
        @($mandatory | Sort-Object -Unique).Count | Should -Be $mandatory.Count
    }

    It 'has examples with remarks that use existing commands and parameters, and hold no secrets' {
        $examples = @($help.examples.example)
        $examples.Count | Should -BeGreaterOrEqual 3
        foreach ($example in $examples) {
            Get-Text $example.remarks | Should -Not -BeNullOrEmpty
            $errors = $null
            $script = [System.Management.Automation.Language.Parser]::ParseInput($example.code, [ref] $null, [ref] $errors)
            $errors | Should -BeNullOrEmpty
            $calls = @($script.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true))
            $calls | ForEach-Object { $_.GetCommandName() } | Should -Contain $command.Name -Because "'$($example.title)' is an example of it"
            foreach ($call in $calls) {
                $called = Get-Command $call.GetCommandName() -ErrorAction Stop
                $given = @(foreach ($parameter in $call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] }) {
                        { $called.ResolveParameter($parameter.ParameterName) } | Should -Not -Throw -Because "'$($example.title)' uses -$($parameter.ParameterName)"
                        $called.ResolveParameter($parameter.ParameterName).Name
                    })
                # What is mandatory is given, or may come by its position or from the pipeline.
                $fitting = foreach ($set in $called.ParameterSets) {
                    $needed = @($set.Parameters | Where-Object { $_.IsMandatory -and $_.Position -lt 0 -and -not $_.ValueFromPipeline } | ForEach-Object Name)
                    if (-not ($given | Where-Object { $_ -notin $set.Parameters.Name }) -and -not ($needed | Where-Object { $_ -notin $given })) { $set.Name }
                }
                if ($called.ModuleName -eq 'BearerTools') { $fitting | Should -Not -BeNullOrEmpty -Because "'$($example.title)' combines -$($given -join ', -')" }
            }
            $example.code | Should -Not -Match 'ConvertTo-SecureString|-(Token|ClientSecret)\s+[''"]'
        }
    }

    It 'points to help that exists' {
        foreach ($link in $help.relatedLinks.navigationLink.linkText) { Test-Help $link | Should -BeTrue }
    }
}

Describe 'The generated help' {
    BeforeAll {
        $root = Resolve-Path "$PSScriptRoot/../.."
        & "$root/docs/Build-Help.ps1" -Destination $TestDrive
    }

    It 'is current: build.ps1 Docs changes nothing' {
        foreach ($file in Get-ChildItem $TestDrive -File -Recurse) {
            $path = [IO.Path]::GetRelativePath($TestDrive, $file.FullName)
            (Get-Content (Join-Path $root $path) -Raw) -ceq (Get-Content $file -Raw) | Should -BeTrue -Because "$path should be what docs/Build-Help.ps1 generates"
        }
    }

    It 'holds no markup of the pages' {
        Get-Content "$TestDrive/en-US/BearerTools.dll-Help.xml" | Where-Object { $_ -match '<maml:para>' -and $_ -match '`|\]\(' } | Should -BeNullOrEmpty
    }

    It 'refuses a page that does not describe a parameter' {
        $pages = "$TestDrive/pages"
        Copy-Item "$root/docs/cmdlets" $pages -Recurse
        $page = Join-Path $pages 'Get-BearerProfile.md'
        (Get-Content $page -Raw).Replace('### -Name', '## MORE') | Set-Content $page

        { & "$root/docs/Build-Help.ps1" -Source $pages -Destination "$TestDrive/out" } |
            Should -Throw '*Get-BearerProfile.md does not describe -Name.'
    }

    It 'refuses a page that describes a parameter that the cmdlet does not have' {
        $pages = "$TestDrive/more"
        Copy-Item "$root/docs/cmdlets" $pages -Recurse
        $page = Join-Path $pages 'Get-BearerProfile.md'
        (Get-Content $page -Raw).Replace('### -Name', "### -Title`n`nText.`n`n### -Name") | Set-Content $page

        { & "$root/docs/Build-Help.ps1" -Source $pages -Destination "$TestDrive/out" } |
            Should -Throw '*Get-BearerProfile.md describes -Title, which the cmdlet does not have.'
    }
}

Describe 'The topic <_>' -ForEach $topics {
    BeforeAll { $text = Get-Help $_ | Out-String }

    It 'is found, with a short description' {
        $text | Should -Match "TOPIC\s+$_\b"
        (Get-Help "$_*" | Where-Object Name -EQ $_).Synopsis | Should -Not -BeNullOrEmpty
        $text | Should -BeLike '*SHORT DESCRIPTION*LONG DESCRIPTION*SEE ALSO*'
    }

    It 'fits a window of 80 columns, and three screens' {
        $lines = Get-Content "$PSScriptRoot/../../en-US/$_.help.txt"

        $lines | Where-Object Length -GT 80 | Should -BeNullOrEmpty
        $lines.Count | Should -BeLessThan 130
    }

    It 'has no markup' {
        Get-Content "$PSScriptRoot/../../en-US/$_.help.txt" | Where-Object { $_ -match '^\s*(```|#|\|)|\*\*|\]\(' } | Should -BeNullOrEmpty
    }

    It 'points to help that exists' {
        $links = ($text -split 'SEE ALSO')[-1].Split("`n").Trim(" `r-") | Where-Object { $_ }

        $links | Should -Not -BeNullOrEmpty
        foreach ($link in $links) { Test-Help $link | Should -BeTrue }
    }

    It 'names parameters that exist' {
        $known = [System.Collections.Generic.HashSet[string]]::new([string[]] @(
                Get-Command -Module BearerTools -CommandType Cmdlet | ForEach-Object { $_.Parameters.Values } | ForEach-Object { $_.Name; $_.Aliases }
                'Parallel', 'AsSecureString', 'NonInteractive', 'Examples', 'like', 'notlike', 'Property'
            ), [StringComparer]::OrdinalIgnoreCase)

        [regex]::Matches($text, '(?<![\w-])-(?<name>[A-Za-z]\w+)').ForEach{ $_.Groups['name'].Value } | Where-Object { -not $known.Contains($_) } | Should -BeNullOrEmpty
    }
}

Describe 'about_BearerTools' {
    It 'names every cmdlet and every topic' {
        $text = Get-Help about_BearerTools | Out-String

        foreach ($name in (Get-Command -Module BearerTools -CommandType Cmdlet).Name) { $text | Should -BeLike "*$name*" }
        foreach ($topic in Get-ChildItem "$PSScriptRoot/../../docs/about" -Filter about_*.md) { $text | Should -BeLike "*$($topic.BaseName)*" }
    }
}
