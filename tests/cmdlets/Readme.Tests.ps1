# The README as a landing page: short, with a picture that is current, and with a way to every guide.

BeforeDiscovery {
    $hasTmux = [bool] (Get-Command tmux -CommandType Application -ErrorAction Ignore)
    if (-not $hasTmux) { Write-Warning 'The test of the picture is skipped: tmux is not installed.' }
}

Describe 'The README' {
    BeforeAll {
        $root = (Resolve-Path "$PSScriptRoot/../..").Path
        $readme = Get-Content "$root/README.md" -Raw

        # What a picture shows, without what differs from one session to the next.
        function Get-PictureText([string] $Path) {
            $lines = [regex]::Matches((Get-Content $Path -Raw), '(?m)^<text [^\n]*').Value -replace '<[^>]+>|&#160;', ' '
            ($lines -replace '\d+(?:[.,]\d+)*', '0' -replace '\s+', ' ').Trim()
        }
    }

    It 'is shorter than 200 lines' {
        (Get-Content "$root/README.md").Count | Should -BeLessThan 200
    }

    It 'says in its first lines what the module is for, and how to install it' {
        $readme | Should -Match '(?s)\A# BearerTools\n\nCall REST APIs from PowerShell with bearer tokens\..{1,2500}## Install\n'
        $readme | Should -Match '\nInstall-PSResource BearerTools\n'
    }

    It 'links to every guide, or to a page that does' {
        $near = [regex]::Matches($readme, '\]\((?<file>docs/[^)#]+)').ForEach{ $_.Groups['file'].Value }
        $guides = Get-ChildItem "$root/docs" -Filter *.md | Where-Object Name -NE README.md | ForEach-Object { "docs/$($_.Name)" }

        $guides | Where-Object { $_ -notin $near } | Should -BeNullOrEmpty
        $near | Should -Contain 'docs/recipes/README.md'
        $index = Get-Content "$root/docs/README.md" -Raw
        $guides | Where-Object { -not $index.Contains("]($(Split-Path $_ -Leaf))") } | Should -BeNullOrEmpty
    }

    It 'has a picture' {
        $readme | Should -Match '!\[[^\]]{20,}\]\(docs/images/session\.svg\)'
        ([xml] (Get-Content "$root/docs/images/session.svg" -Raw)).svg.title | Should -Not -BeNullOrEmpty
        "$(Get-PictureText "$root/docs/images/session.svg")" | Should -Match 'Connect-BearerApi .* Invoke-BearerRequest '
    }

    It 'has a picture of what the module does now' -Skip:(-not $hasTmux) {
        & "$root/docs/Build-Picture.ps1" -Path "$TestDrive/now.svg"

        $shown = Get-PictureText "$root/docs/images/session.svg"
        Get-PictureText "$TestDrive/now.svg" | Should -Be $shown -Because 'docs/Build-Picture.ps1 makes a new picture'
    }
}
