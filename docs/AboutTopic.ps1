# Makes the text of an about topic from its page in docs/about. Build-Help.ps1 dot-sources this file.
#
# A page has the layout of PlatyPS: '# about_NAME', then sections ('##') and subsections ('###'). Paragraphs, lists ('- '), fenced code and
# tables of two columns are understood; the header row of a table is left out. Of inline markup, only `code`, **bold** and [links](…) are.

$aboutWidth = 78

# Wraps words; the first line has one prefix, the others another.
function Format-AboutText([string] $Text, [string] $First, [string] $Rest) {
    $line = $First
    $isEmpty = $true
    foreach ($word in $Text -split '\s+') {
        if (-not $isEmpty -and $line.Length + 1 + $word.Length -gt $aboutWidth) { $line; $line = $Rest; $isEmpty = $true }
        $line += $isEmpty ? $word : " $word"
        $isEmpty = $false
    }
    $line
}

function Format-AboutTable([string[]] $Rows) {
    $cells = foreach ($row in $Rows | Select-Object -Skip 2) {
        , @($row.Trim('|', ' ') -split '\s*(?<!\\)\|\s*' | ForEach-Object { (Remove-AboutMarkup $_).Replace('\|', '|') })
    }
    $width = ($cells | ForEach-Object { $_[0].Length } | Measure-Object -Maximum).Maximum + 3
    foreach ($row in $cells) { Format-AboutText $row[1] ('    ' + $row[0].PadRight($width)) (' ' * (4 + $width)) }
}

function Remove-AboutMarkup([string] $Text) {
    $Text -replace '\[([^\]]+)\]\([^)]+\)', '$1' -replace '`([^`]+)`', '$1' -replace '\*\*([^*]+)\*\*', '$1'
}

# The blocks of a page: headings, paragraphs, lists, tables and code, each with its lines.
function Split-AboutBlock([string[]] $Lines) {
    $block, $fenced = [System.Collections.Generic.List[string]]::new(), $false
    foreach ($line in $Lines) {
        $isFence = $line -match '^```'
        $startsItem = -not $fenced -and $line -match '^- '
        if ($block.Count -and -not $fenced -and ($isFence -or $startsItem -or -not $line.Trim())) { , $block.ToArray(); $block.Clear() }
        if ($fenced -or $line.Trim()) { $block.Add($line) }
        if ($isFence) {
            if ($fenced) { , $block.ToArray(); $block.Clear() }
            $fenced = -not $fenced
        }
    }
    if ($block.Count) { , $block.ToArray() }
}

function ConvertTo-AboutTopic([string] $Page) {
    $last = ''
    $text = foreach ($block in Split-AboutBlock ($Page.Replace("`r`n", "`n") -split "`n")) {
        $first = $block[0]
        $kind = switch -Regex ($first) { '^#' { 'heading' } '^```' { 'code' } '^\|' { 'table' } '^- ' { 'item' } default { 'text' } }
        if ($last -and -not ($last -eq 'heading' -and $kind -ne 'heading') -and -not ($last -eq 'item' -and $kind -eq 'item')) { '' }
        $last = $kind
        switch ($kind) {
            'heading' {
                if ($first -match '^# (?<name>.+)') { 'TOPIC'; "    $($Matches.name)" }
                elseif ($first -match '^## (?<name>.+)') { $Matches.name }
                elseif ($first -match '^### (?<name>.+)') { "  $($Matches.name.ToUpperInvariant())" }
            }
            'code' { foreach ($line in $block | Select-Object -Skip 1 | Select-Object -SkipLast 1) { $line ? "        $line" : '' } }
            'table' { Format-AboutTable $block }
            'item' { Format-AboutText (Remove-AboutMarkup (($block -join ' ').Substring(2))) '    - ' '      ' }
            'text' { Format-AboutText (Remove-AboutMarkup ($block -join ' ')) '    ' '    ' }
        }
    }
    ($text -join "`n") + "`n"
}
