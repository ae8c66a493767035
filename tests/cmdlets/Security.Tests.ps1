# The tests that docs/security.md names exist, so the page states no promise that nothing tests.

Describe 'The page of security promises' {
    BeforeAll {
        $tests = Split-Path $PSScriptRoot
        $rows = Get-Content "$tests/../docs/security.md" | Where-Object { $_.StartsWith('| ') -and $_ -notlike '| promise |*' }
        function Get-Named([string] $Row) {
            [regex]::Matches($Row, '`(?<file>[^`]+\.(?:cs|ps1))`: `(?<title>[^`]+)`') |
                ForEach-Object { [pscustomobject]@{ File = $_.Groups['file'].Value; Title = $_.Groups['title'].Value } }
        }
    }

    It 'names a test for each promise' {
        $rows.Count | Should -BeGreaterThan 30
        $rows | Where-Object { -not (Get-Named $_) } | Should -BeNullOrEmpty
    }

    It 'names only tests that exist' {
        $missing = foreach ($named in $rows | ForEach-Object { Get-Named $_ }) {
            $path = Join-Path $tests $named.File
            $declaration = if ($named.File -like '*.cs') { " $($named.Title)(" } else { "It '$($named.Title.Replace("'", "''"))'" }
            if (-not (Test-Path $path) -or -not (Get-Content $path -Raw).Contains($declaration)) { "$($named.File): $($named.Title)" }
        }

        $missing | Should -BeNullOrEmpty
    }
}
