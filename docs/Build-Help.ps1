#Requires -Version 7.4
<#
.SYNOPSIS
    Generates the help in en-US from the pages in docs/cmdlets and docs/about, and the SYNTAX section of each cmdlet's page.
.DESCRIPTION
    The pages hold the text; everything that code can tell (parameter sets, types, positions, aliases, pipeline input, wildcards)
    comes from Get-Command. 'build.ps1 Docs' runs this in a process of its own; a test fails when the output is not current.

    A page has the layout of PlatyPS: front matter, then the sections SYNOPSIS, SYNTAX, DESCRIPTION, EXAMPLES, PARAMETERS, INPUTS,
    OUTPUTS, NOTES and RELATED LINKS. These rules are added to it:

    - A parameter section is '### -Name' with its text. A default value stands in a yaml block below the text: 'Default value: 16'.
    - A parameter without a section takes its text from the pages that the front matter names in 'shared parameters:', in that
      order, and at last from _shared.md. So a text that applies to several cmdlets is written once.
    - Paragraphs are separated by empty lines. Of Markdown, only lists, `code` and [links](…) are understood in text.

    The pages in docs/about become about_NAME.help.txt; AboutTopic.ps1 describes their layout.
.PARAMETER Destination
    The folder that en-US/ and docs/cmdlets/ are written to. By default the root of this repository.
.PARAMETER Source
    The folder of the cmdlets' pages. By default docs/cmdlets.
#>
[CmdletBinding()]
param(
    [string] $Destination = (Split-Path $PSScriptRoot),
    [string] $Source = (Join-Path $PSScriptRoot 'cmdlets')
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

. (Join-Path $PSScriptRoot 'AboutTopic.ps1')
$root = Split-Path $PSScriptRoot
$sharedPage = '_shared'
$allSets = '__AllParameterSets'
$namespaces = @{
    maml    = 'http://schemas.microsoft.com/maml/2004/10'
    command = 'http://schemas.microsoft.com/maml/dev/command/2004/10'
    dev     = 'http://schemas.microsoft.com/maml/dev/2004/10'
}
$common = [System.Management.Automation.PSCmdlet]::CommonParameters

#region Reading pages

# Splits lines at the headings of a level. Headings in fenced code are code.
function Split-Section([string[]] $Lines, [int] $Level) {
    $sections = [ordered] @{ '' = [System.Collections.Generic.List[string]]::new() }
    $name, $fenced = '', $false
    foreach ($line in $Lines) {
        if ($line -match '^```') { $fenced = -not $fenced }
        if (-not $fenced -and $line -cmatch "^#{$Level} (?<name>.+?)\s*`$") {
            $name = $Matches.name
            if ($sections.Contains($name)) { throw "The heading '$name' occurs twice." }
            $sections[$name] = [System.Collections.Generic.List[string]]::new()
        }
        else { $sections[$name].Add($line) }
    }
    $sections
}

function Read-Page([string] $Name) {
    $path = Join-Path $Source "$Name.md"
    if (-not (Test-Path $path)) { throw "docs/cmdlets/$Name.md is missing." }
    $text = [IO.File]::ReadAllText($path).Replace("`r`n", "`n")
    if ($text -cnotmatch '(?s)\A---\n(?<front>.*?)\n---\n(?<rest>.*)\z') { throw "docs/cmdlets/$Name.md has no front matter." }
    $front, $rest = $Matches.front, $Matches.rest
    try { $sections = Split-Section ($rest -split "`n") 2 }
    catch { throw "docs/cmdlets/$Name.md: $($_.Exception.Message)" }
    @{
        Name       = $Name
        Text       = $text
        Sections   = $sections
        Shared     = @(if ($front -cmatch '(?m)^shared parameters:\s*(?<names>.+)$') { $Matches.names -split ',\s*' }) + $sharedPage
        Parameters = if ($sections.Contains('PARAMETERS')) { Split-Section $sections['PARAMETERS'] 3 } else { [ordered] @{} }
    }
}

function Get-Section($Page, [string] $Name) {
    if (-not $Page.Sections.Contains($Name)) { throw "docs/cmdlets/$($Page.Name).md has no section $Name." }
    , [string[]] $Page.Sections[$Name]
}

# The paragraphs of Markdown text, without markup. The items of a list are paragraphs.
function Get-Paragraph([string[]] $Lines) {
    $text = ($Lines -join "`n") -replace '\n(?=- )', "`n`n"
    foreach ($paragraph in $text.Trim() -split '\n\s*\n') {
        $plain = (($paragraph -split "`n").Trim() -join ' ') -replace '\[([^\]]+)\]\([^)]+\)', '$1' -replace '`([^`]+)`', '$1'
        if ($plain) { $plain }
    }
}

# Takes the first fenced block out of the lines: the code, and the rest.
function Split-Code([string[]] $Lines, [string] $Language) {
    $text = $Lines -join "`n"
    if ($text -cnotmatch "(?s)^(?<before>.*?)``````$Language\n(?<code>.*?)\n``````(?<after>.*)`$") { return $null, $Lines }
    $Matches.code
    , [string[]] (($Matches.before + $Matches.after) -split "`n")
}

#endregion

#region Reading cmdlets

# The parameter sets: the default one first, the others by name, and in each what stands on the command line first comes first.
# Nothing depends on the order of reflection, which may differ between runtimes.
function Get-Set([System.Management.Automation.CmdletInfo] $Command) {
    $sets = foreach ($set in $Command.ParameterSets) {
        $parameters = [System.Collections.Generic.List[object]] @($set.Parameters | Where-Object Name -NotIn $common | Where-Object {
                -not ($_.Attributes | Where-Object { $_ -is [Parameter] -and $_.DontShow })
            })
        $parameters.Sort([Comparison[object]] { param($a, $b) [string]::CompareOrdinal((Get-Rank $a), (Get-Rank $b)) })
        [pscustomobject] @{ Name = $set.Name; IsDefault = $set.IsDefault -and $Command.ParameterSets.Count -gt 1; Parameters = $parameters }
    }
    $sorted = [System.Collections.Generic.List[object]] @($sets)
    $sorted.Sort([Comparison[object]] {
            param($a, $b)
            if ($a.IsDefault -ne $b.IsDefault) { return $a.IsDefault ? -1 : 1 }
            [string]::CompareOrdinal($a.Name, $b.Name)
        })
    , $sorted
}

# Sorts positional parameters by position, then the mandatory ones, then the others by name; -WhatIf and -Confirm last.
function Get-Rank($Parameter) {
    $group = if ($Parameter.Position -ge 0) { "0$($Parameter.Position)" }
    elseif ($Parameter.IsMandatory) { '1' }
    elseif ($Parameter.Name -in 'WhatIf', 'Confirm') { '3' }
    else { '2' }
    "$group $($Parameter.Name)"
}

# All parameters of a cmdlet by name, with what is true of each in any of its sets.
function Get-Facts([System.Management.Automation.CmdletInfo] $Command, $Sets) {
    $facts = [System.Collections.Generic.SortedDictionary[string, object]]::new([StringComparer]::Ordinal)
    foreach ($group in $Sets | ForEach-Object { $_.Parameters } | Group-Object Name) {
        $how = @(
            if ($group.Group.ValueFromPipeline -contains $true) { 'ByValue' }
            if ($group.Group.ValueFromPipelineByPropertyName -contains $true) { 'ByPropertyName' }
        )
        $positions = @($group.Group.Position | Where-Object { $_ -ge 0 })
        $facts[$group.Name] = @{
            Type      = $group.Group[0].ParameterType.Name
            Default   = $group.Group[0].ParameterType -eq [switch] ? 'False' : 'None'
            Required  = $group.Group.IsMandatory -contains $true
            Position  = $positions.Count ? "$($positions[0])" : 'named'
            Pipeline  = $how ? "True ($($how -join ', '))" : 'False'
            Aliases   = $group.Group[0].Aliases ? $group.Group[0].Aliases -join ', ' : 'None'
            Wildcards = [bool]($Command.Parameters[$group.Name].Attributes | Where-Object { $_ -is [SupportsWildcards] })
        }
    }
    $facts
}

# The lines of a parameter's text: of the page itself, or of the first shared page that has it.
function Get-ParameterText($Page, [string] $Name) {
    foreach ($source in , $Page + $Page.Shared.ForEach{ $pages[$_] }) {
        if ($source.Parameters.Contains("-$Name")) { return , [string[]] $source.Parameters["-$Name"] }
    }
    throw "docs/cmdlets/$($Page.Name).md does not describe -$Name."
}

#endregion

#region Writing

# The SYNTAX section: one fenced block a parameter set, wrapped.
function Format-Syntax([string] $Name, $Sets) {
    foreach ($set in $Sets) {
        ''
        if ($set.Name -ne $allSets) { "### $($set.Name)$($set.IsDefault ? ' (Default)' : '')", '' }
        '```'
        $line = $Name
        $words = @(foreach ($parameter in $set.Parameters) {
                $switch = $parameter.ParameterType -eq [switch]
                $label = $parameter.Position -ge 0 -and -not $switch ? "[-$($parameter.Name)]" : "-$($parameter.Name)"
                $word = $switch ? $label : "$label <$($parameter.ParameterType.Name)>"
                $parameter.IsMandatory ? $word : "[$word]"
            }) + '[<CommonParameters>]'
        foreach ($word in $words) {
            if ($line.Length + $word.Length -ge 110) { $line; $line = "  $word" } else { $line += " $word" }
        }
        $line
        '```'
    }
    ''
}

# The content runs in a child scope: it sees this function's parameters in place of its own function's of the same name.
function Write-Element([string] $Element, [scriptblock] $Content, [System.Collections.IDictionary] $ElementAttributes = @{}) {
    $prefix, $local = $Element -split ':'
    $xml.WriteStartElement($prefix, $local, $namespaces[$prefix])
    foreach ($attribute in $ElementAttributes.GetEnumerator()) { $xml.WriteAttributeString($attribute.Key, $attribute.Value) }
    & $Content
    $xml.WriteEndElement()
}

function Write-Value([string] $Name, [string] $Value) { Write-Element $Name { $xml.WriteString($Value) } }

function Write-Text([string] $Name, [string[]] $Lines) {
    Write-Element $Name { foreach ($paragraph in Get-Paragraph $Lines) { Write-Value 'maml:para' $paragraph } }
}

function Write-ParameterValue([string] $Type) {
    Write-Element 'command:parameterValue' { $xml.WriteString($Type) } ([ordered] @{ required = 'true' })
}

function Write-Syntax([string] $Name, $Sets) {
    foreach ($set in $Sets) {
        Write-Element 'command:syntaxItem' {
            Write-Value 'maml:name' $Name
            foreach ($parameter in $set.Parameters) {
                $position = $parameter.Position -ge 0 ? "$($parameter.Position)" : 'named'
                Write-Element 'command:parameter' {
                    # Text, even if empty, makes the writer leave the element on one line.
                    $xml.WriteString('')
                    Write-Value 'maml:name' $parameter.Name
                    if ($parameter.ParameterType -ne [switch]) { Write-ParameterValue $parameter.ParameterType.Name }
                } ([ordered] @{ required = "$($parameter.IsMandatory)".ToLowerInvariant(); position = $position })
            }
        }
    }
}

function Write-Parameter($Page, [string] $Name, $Facts) {
    $yaml, $lines = Split-Code (Get-ParameterText $Page $Name) 'yaml'
    $attributes = [ordered] @{
        required      = "$($Facts.Required)".ToLowerInvariant()
        position      = $Facts.Position
        pipelineInput = $Facts.Pipeline
        aliases       = $Facts.Aliases
        globbing      = "$($Facts.Wildcards)".ToLowerInvariant()
    }
    Write-Element 'command:parameter' {
        Write-Value 'maml:name' $Name
        Write-Text 'maml:description' $lines
        Write-ParameterValue $Facts.Type
        Write-Value 'dev:defaultValue' ($yaml -cmatch '(?m)^Default value:\s*(?<value>.+)$' ? $Matches.value : $Facts.Default)
    } $attributes
}

# INPUTS and OUTPUTS: a heading for each type, and its text.
function Write-Types($Page, [string] $Section, [string] $Container, [string] $Item) {
    Write-Element $Container {
        $types = Split-Section (Get-Section $Page $Section) 3
        foreach ($type in $types.Keys.Where{ $_ }) {
            Write-Element $Item {
                Write-Element 'dev:type' { Write-Value 'maml:name' $type }
                Write-Text 'maml:description' $types[$type]
            }
        }
    }
}

function Write-Examples($Page) {
    $examples = Split-Section (Get-Section $Page 'EXAMPLES') 3
    foreach ($title in $examples.Keys.Where{ $_ }) {
        $code, $remarks = Split-Code $examples[$title] 'powershell'
        if (-not $code) { throw "docs/cmdlets/$($Page.Name).md: '$title' has no powershell block." }
        if (-not (Get-Paragraph $remarks)) { throw "docs/cmdlets/$($Page.Name).md: '$title' has no remarks." }
        Write-Element 'command:example' {
            # The dashes and the empty paragraph separate examples in the console.
            Write-Value 'maml:title' "---------- $title ----------"
            Write-Value 'dev:code' $code
            Write-Element 'dev:remarks' {
                foreach ($paragraph in @(Get-Paragraph $remarks) + '') { Write-Value 'maml:para' $paragraph }
            }
        }
    }
}

function Write-Cmdlet($Page, [System.Management.Automation.CmdletInfo] $Command, $Sets) {
    $facts = Get-Facts $Command $Sets
    foreach ($name in $Page.Parameters.Keys.Where{ $_ -and -not $facts.ContainsKey($_.TrimStart('-')) }) {
        throw "docs/cmdlets/$($Page.Name).md describes $name, which the cmdlet does not have."
    }
    Write-Element 'command:command' {
        Write-Element 'command:details' {
            Write-Value 'command:name' $Command.Name
            Write-Value 'command:verb' $Command.Verb
            Write-Value 'command:noun' $Command.Noun
            Write-Text 'maml:description' (Get-Section $Page 'SYNOPSIS')
        }
        Write-Text 'maml:description' (Get-Section $Page 'DESCRIPTION')
        Write-Element 'command:syntax' { Write-Syntax $Command.Name $Sets }
        Write-Element 'command:parameters' { foreach ($name in $facts.Keys) { Write-Parameter $Page $name $facts[$name] } }
        Write-Types $Page 'INPUTS' 'command:inputTypes' 'command:inputType'
        Write-Types $Page 'OUTPUTS' 'command:returnValues' 'command:returnValue'
        Write-Element 'maml:alertSet' { Write-Text 'maml:alert' (Get-Section $Page 'NOTES') }
        Write-Element 'command:examples' { Write-Examples $Page }
        Write-Element 'command:relatedLinks' {
            foreach ($link in [regex]::Matches(((Get-Section $Page 'RELATED LINKS') -join "`n"), '\[(?<text>[^\]]+)\]\([^)]+\)')) {
                Write-Element 'maml:navigationLink' { Write-Value 'maml:linkText' $link.Groups['text'].Value }
            }
        }
    }
}

#endregion

Import-Module (Join-Path $root 'BearerTools.psd1')
$commands = [System.Collections.Generic.List[object]] @(Get-Command -Module BearerTools -CommandType Cmdlet)
$commands.Sort([Comparison[object]] { param($a, $b) [string]::CompareOrdinal($a.Name, $b.Name) })
$pages = @{ $sharedPage = Read-Page $sharedPage }
foreach ($command in $commands) { $pages[$command.Name] = Read-Page $command.Name }
foreach ($file in Get-ChildItem $Source -Filter *.md | Where-Object { -not $pages.ContainsKey($_.BaseName) }) {
    throw "docs/cmdlets/$($file.Name) is not the page of a cmdlet."
}

$pageFolder = New-Item (Join-Path $Destination 'docs/cmdlets') -ItemType Directory -Force
$helpFolder = New-Item (Join-Path $Destination 'en-US') -ItemType Directory -Force
$settings = [System.Xml.XmlWriterSettings] @{ Indent = $true; NewLineChars = "`n"; Encoding = [System.Text.UTF8Encoding]::new($false) }
# In memory first: an error leaves the old file.
$buffer = [IO.MemoryStream]::new()
$xml = [System.Xml.XmlWriter]::Create($buffer, $settings)
$xml.WriteComment(' Generated from docs/cmdlets by docs/Build-Help.ps1. Do not edit. ')
$xml.WriteStartElement('helpItems', 'http://msh')
$xml.WriteAttributeString('schema', 'maml')
foreach ($prefix in 'maml', 'command', 'dev') { $xml.WriteAttributeString('xmlns', $prefix, $null, $namespaces[$prefix]) }
foreach ($command in $commands) {
    $page = $pages[$command.Name]
    $sets = Get-Set $command
    Write-Cmdlet $page $command $sets
    $syntax = (Format-Syntax $command.Name $sets) -join "`n"
    $text = [regex]::Replace($page.Text, '(?s)(?<=\n## SYNTAX\n).*?(?=\n## )', { $syntax })
    [IO.File]::WriteAllText((Join-Path $pageFolder "$($command.Name).md"), $text)
}
$xml.WriteEndElement()
$xml.Close()
$text = [System.Text.Encoding]::UTF8.GetString($buffer.ToArray())
[IO.File]::WriteAllText((Join-Path $helpFolder 'BearerTools.dll-Help.xml'), $text + "`n")
foreach ($page in Get-ChildItem (Join-Path $PSScriptRoot 'about') -Filter about_*.md) {
    $topic = Join-Path $helpFolder "$($page.BaseName).help.txt"
    [IO.File]::WriteAllText($topic, (ConvertTo-AboutTopic ([IO.File]::ReadAllText($page.FullName))))
}
