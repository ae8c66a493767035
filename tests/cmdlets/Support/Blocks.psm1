# The fenced PowerShell blocks of the README and of the guides. A comment before a block may say what is special about it:
#   <!-- not run: REASON -->      it needs a tenant, a user or the like: its commands are only bound
#   <!-- fails: ID, ID -->        it fails, with errors of these ids
#   <!-- file: NAME -->           it is the content of a file that a reader saves, and that a later block uses

$root = (Resolve-Path "$PSScriptRoot/../../..").Path

# The help, its topics and the recipes have tests of their own.
function Get-Page {
    $elsewhere = 'cmdlets', 'about', 'recipes' | ForEach-Object { Join-Path $root "docs/$_" }
    Get-Item "$root/README.md"
    Get-ChildItem "$root/docs" -Filter *.md -Recurse | Where-Object DirectoryName -NotIn $elsewhere
}

function Get-PageName([string] $Path) { [System.IO.Path]::GetRelativePath($root, $Path).Replace('\', '/') }

function Get-Block([string] $Path) {
    $text = (Get-Content $Path -Raw).Replace("`r", '')
    foreach ($found in [regex]::Matches($text, '(?ms)^(?:<!-- (?<mark>[a-z ]+): (?<word>[^\n]+) -->\n)?```powershell\n(?<code>.*?)^```$')) {
        $mark, $word = $found.Groups['mark'].Value, $found.Groups['word'].Value
        if ($mark -notin '', 'not run', 'fails', 'file') { throw "$Path has a block with an unknown comment: '$mark'." }
        @{
            Page   = Get-PageName $Path
            Line   = $text.Substring(0, $found.Groups['code'].Index).Split("`n").Count
            Code   = $found.Groups['code'].Value
            NotRun = $mark -eq 'not run' ? $word : $null
            Fails  = $mark -eq 'fails' ? $word -split ', ' : @()
            File   = $mark -eq 'file' ? $word : $null
        }
    }
}

Export-ModuleMember -Function *-*
