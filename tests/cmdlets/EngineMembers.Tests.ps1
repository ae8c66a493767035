# The module uses members that the engine does not publish where they are faster. Here: they work on this engine, and the
# public members give the same. Each check runs in a PowerShell of its own, because it turns the fast members off.

BeforeAll {
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"

    $support = @'
        Import-Module "$($args[0])/BearerTools.psd1"
        function Get-Switch([string] $Type) {
            (Get-Command Get-BearerToken).ImplementingType.Assembly.GetType("BearerTools.Pipeline.$Type", $true).GetProperty(
                'IsFast', [System.Reflection.BindingFlags]'Static, Public, NonPublic')
        }

'@

    function Invoke-Child([scriptblock] $Script) {
        $path = Join-Path $TestDrive "$([guid]::NewGuid()).ps1"
        Set-Content $path ($support + $Script)
        $engine, [string[]] $first = Get-Engine
        & $engine @first -NoProfile -NonInteractive -File $path (Resolve-Path "$PSScriptRoot/../..") 2>&1 | ForEach-Object { "$_" }
    }
}

Describe 'Members that the engine does not publish' {
    It 'are used on this engine: <_>' -ForEach 'NotePropertyFactory', 'PSObjectBuilder', 'FormatData' {
        $env:BEARERTOOLS_TEST_TYPE = $_
        try { Invoke-Child { (Get-Switch $env:BEARERTOOLS_TEST_TYPE).GetValue($null) } | Should -Be 'True' }
        finally { Remove-Item env:BEARERTOOLS_TEST_TYPE }
    }

    It 'give the same objects from JSON as the public ones' {
        $result = Invoke-Child {
            Add-Type -Path "$($args[0])/tests/JsonProbe/bin/Release/net8.0/BearerTools.JsonProbe.dll"
            $switches = 'NotePropertyFactory', 'PSObjectBuilder' | ForEach-Object { Get-Switch $_ }
            $probe = [BearerTools.JsonProbe.Probe]::new(7, $false)
            $differences = foreach ($n in 1..2000) {
                $document = $probe.NextDocument()
                $switches.ForEach{ $_.SetValue($null, $true) }
                $fast = $probe.Read($document, $n % 4 -eq 0, 'Default')
                $switches.ForEach{ $_.SetValue($null, $false) }
                $public = $probe.Read($document, $n % 4 -eq 0, 'Default')
                # A sized hashtable of the engine or the dictionary of the runtime: same members, same order.
                if ($n % 4) { [BearerTools.JsonProbe.Differences]::Find($public, $fast, '$') }
                elseif ((ConvertTo-Json $public -Depth 100) -cne (ConvertTo-Json $fast -Depth 100)) { "hashtable $n" }
            }
            "differences: $($differences | Where-Object { $_ })"
        }

        $result | Should -Be 'differences: '
    }

    It 'may fail when they are called: then the public ones are used, and no property is lost' {
        $result = Invoke-Child {
            Add-Type -Path "$($args[0])/tests/JsonProbe/bin/Release/net8.0/BearerTools.JsonProbe.dll"
            $switch = Get-Switch NotePropertyFactory
            $object = [pscustomobject]@{ taken = 1 }
            # A name that the object has already makes the fast method throw.
            $add = $switch.DeclaringType.GetMethod('TryAdd', [System.Reflection.BindingFlags]'Static, Public, NonPublic')
            "added: $($add.Invoke($null, @([psobject] $object, 'taken', 2)))"
            "value: $($object.taken)"
            "fast: $($switch.GetValue($null))"
            $read = [BearerTools.JsonProbe.Probe]::new(7, $false).Read('[{"a":1,"b":2},{"a":3,"b":4}]', $false, 'Default')
            "read: $($read | ConvertTo-Json -Compress)"
        }

        $result | Should -Be 'added: False', 'value: 1', 'fast: False', 'read: [{"a":1,"b":2},{"a":3,"b":4}]'
    }

    It 'give the same views as Update-FormatData' {
        $script = {
            $env:BEARERTOOLS_TEST = [guid]::NewGuid()
            function Show {
                $shown = Get-BearerToken -TokenFrom env:BEARERTOOLS_TEST | Out-String
                ($shown -replace '\b[0-9a-f]{12}\b', 'FINGERPRINT').Trim()
                (Get-FormatData BearerTools.*).TypeNames
                "errors: $($Error.Count)"
            }
        }
        $fast = Invoke-Child ([scriptblock]::Create("$script; Show"))
        $public = Invoke-Child ([scriptblock]::Create("$script; (Get-Switch FormatData).SetValue(`$null, `$false); Show"))

        $public | Should -Be $fast
        $fast | Should -Contain 'BearerTools.AccessToken'
        $fast | Should -Contain 'errors: 0'
    }
}
