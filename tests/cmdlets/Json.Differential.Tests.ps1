# Generated documents, read here and by the ConvertFrom-Json of the same engine; and the other way, by ConvertTo-Json.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Add-Type -Path "$PSScriptRoot/../JsonProbe/bin/Release/net8.0/BearerTools.JsonProbe.dll"

    # Before 7.5 ConvertFrom-Json knows one kind of date only.
    $kinds = (Get-Command ConvertFrom-Json).Parameters.ContainsKey('DateKind') ? [BearerTools.JsonDateKind].GetEnumNames() : @('Default')
    $seed = Get-Random
    # Ten times as many with 'build.ps1 Test -Soak'.
    $factor = $env:BEARERTOOLS_SOAK ? 10 : 1
    Write-Host "The documents are those of seed $seed."

    # Each document once, in a way that is drawn too. Gives the first differences, and how many documents were compared.
    function Compare-Reading([int] $Count, [int] $Seed, [bool] $Odd, [scriptblock] $Compare) {
        $probe = [BearerTools.JsonProbe.Probe]::new($Seed, $Odd)
        $differences = [Collections.Generic.List[string]]::new()
        for ($i = 0; $i -lt $Count -and $differences.Count -lt 5; $i++) {
            $document = $probe.NextDocument()
            $difference = & $Compare $probe $document $kinds[$probe.NextChoice($kinds.Count)]
            if ($difference) { $differences.Add("$difference, in document $i of seed ${Seed}: $document") }
        }
        [pscustomobject]@{ Compared = $i; Differences = $differences -join "`n" }
    }

    function Read-Theirs([string] $Document, [string] $Kind, [bool] $AsHashtable) {
        $with = if ($kinds.Count -gt 1) { @{ DateKind = $Kind } } else { @{} }
        ConvertFrom-Json -InputObject $Document -NoEnumerate -AsHashtable:$AsHashtable -ErrorAction Stop @with
    }
}

Describe 'What is read' {
    It 'is what ConvertFrom-Json gives, in 20,000 documents, to the last property, type and tick' {
        $result = Compare-Reading (20000 * $factor) $seed $false {
            param($probe, $document, $kind)
            $asHashtable = $probe.NextChoice(4) -eq 0
            try { $theirs = Read-Theirs $document $kind $asHashtable } catch { return "ConvertFrom-Json fails: $_" }
            try { $ours = $probe.Read($document, $asHashtable, $kind) } catch { return "this fails: $_" }
            [BearerTools.JsonProbe.Differences]::Find($theirs, $ours, "$kind`$")
        }

        $result.Differences | Should -BeNullOrEmpty
        $result.Compared | Should -Be (20000 * $factor)
    }

    It 'is complete where ConvertFrom-Json fails: names that clash, invalid dates' {
        $better = @{}
        $result = Compare-Reading (3000 * $factor) $seed $true {
            param($probe, $document, $kind)
            $ours = $probe.Read($document, $false, $kind)
            try { $theirs = Read-Theirs $document $kind $false }
            catch {
                $better[$_.FullyQualifiedErrorId] += 1
                # As a hashtable it keeps all names; only what fails by a date has nothing to compare with.
                try { $theirs = Read-Theirs $document $kind $true } catch { return }
                return [BearerTools.JsonProbe.Differences]::FindInMembers($theirs, $ours, "$kind`$")
            }
            [BearerTools.JsonProbe.Differences]::Find($theirs, $ours, "$kind`$")
        }

        $result.Differences | Should -BeNullOrEmpty
        $better.Keys | ForEach-Object { Write-Host "$($better[$_]) x $_" }
        $better.Count | Should -BeGreaterThan 1
    }

    It 'keeps lone surrogates, which ConvertFrom-Json replaces' {
        $ours = [BearerTools.JsonProbe.Probe]::new(1, $false).Read('"x\ud83dy"', $false, 'Default')
        [int[]][char[]]$ours | Should -Be 0x78, 0xd83d, 0x79
    }

    It 'goes as deep as ConvertFrom-Json does: <Depth> levels' -ForEach @{ Depth = 1 }, @{ Depth = 7 }, @{ Depth = 1024 } {
        $document = '[' * $Depth + ']' * $Depth
        { ConvertFrom-Json $document -Depth $Depth -NoEnumerate } | Should -Not -Throw
        { ConvertFrom-Json "[$document]" -Depth $Depth -NoEnumerate } | Should -Throw
        { [BearerTools.JsonProbe.Probe]::ReadDeep($document, $Depth) } | Should -Not -Throw
        { [BearerTools.JsonProbe.Probe]::ReadDeep("[$document]", $Depth) } | Should -Throw "*deeper than $Depth levels*"
    }
}

Describe 'What is written' {
    It 'is what ConvertTo-Json writes, of 3,000 values' {
        $result = Compare-Reading (3000 * $factor) ($seed + 1) $false {
            param($probe, $document, $kind)
            $value = Read-Theirs $document $kind ($probe.NextChoice(3) -eq 0)
            $theirs = ConvertTo-Json -InputObject $value -Depth 100 -Compress
            $ours = [BearerTools.JsonProbe.Probe]::Write($value)
            if ($theirs -cne $ours) { "$theirs is here $ours" }
        }

        $result.Differences | Should -BeNullOrEmpty
        $result.Compared | Should -Be (3000 * $factor)
    }

    It 'is read back as it was, of 3,000 values' {
        $result = Compare-Reading (3000 * $factor) ($seed + 2) $true {
            param($probe, $document)
            $value = $probe.Read($document, $false, 'Default')
            [BearerTools.JsonProbe.Differences]::FindInMembers($value, $probe.Read([BearerTools.JsonProbe.Probe]::Write($value), $false, 'Default'), '$')
        }

        $result.Differences | Should -BeNullOrEmpty
    }
}
