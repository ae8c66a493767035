# How JSON of a response becomes objects in the pipeline. Beside Invoke-RestMethod where the two agree.

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $token = Connect-Sandbox $sandbox
    $command = 'BearerTools.Cmdlets.InvokeBearerRequestCommand'

    function Invoke-Theirs([string] $Path) { Invoke-RestMethod "$($sandbox.Api)$Path" -Authentication Bearer -Token $token -AllowUnencryptedAuthentication }

    function Get-Failure([string] $Path, [hashtable] $With = @{}) {
        $failure = Get-TerminatingError { Invoke-BearerRequest $Path @With -OutVariable rows }
        [pscustomobject]@{ Rows = @($rows); Id = $failure[0].FullyQualifiedErrorId; Message = "$($failure[0].ErrorDetails)"; Fault = $failure[0].Exception.InnerException }
    }
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'A JSON response' {
    It 'gives what Invoke-RestMethod gives: <_>' -ForEach 'users', 'items/7', 'items?count=20&size=500', 'nested?count=30', 'odd/empty-array', 'odd/null', 'odd/scalar', 'odd/latin1-json' {
        $theirs = @(Invoke-Theirs $_ | ForEach-Object { $_ })
        $ours = @(Invoke-BearerRequest $_)

        ConvertTo-Json $ours -Depth 20 | Should -BeExactly (ConvertTo-Json $theirs -Depth 20)
        $ours.ForEach{ $_ -is [pscustomobject] } | Should -Be $theirs.ForEach{ $_ -is [pscustomobject] }
    }

    It 'gives objects after a byte order mark too, where Invoke-RestMethod gives text: <Path>' -ForEach @{ Path = 'odd/bom'; Name = 'after a byte order mark' }, @{ Path = 'odd/utf16-json'; Name = 'Καφές' } {
        Invoke-Theirs $Path | Should -BeOfType ([string])
        (Invoke-BearerRequest $Path).name | Should -Be $Name
    }

    It 'gives the rows of an array one by one, and with -NoEnumerate as one array' {
        @(Invoke-BearerRequest users).Count | Should -Be 3
        $whole = Invoke-BearerRequest users -NoEnumerate | ForEach-Object { , $_ }
        $whole.GetType() | Should -Be ([object[]])
        $whole.name | Should -Be ada, grace, edsger
    }

    It 'gives the first rows before the others have arrived' {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        Invoke-BearerRequest 'items?count=1000&delayMs=20' | Select-Object -First 2 | ForEach-Object id | Should -Be 1, 2
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 10
    }

    It 'gives a row for each line of JSON Lines, and for each event' {
        (Invoke-BearerRequest odd/jsonlines).id | Should -Be 1, 2, 3
        (Invoke-BearerRequest odd/events).id | Should -Be 1, 2
    }

    It 'gives the rows at -ItemsPath, and no others' {
        (Invoke-BearerRequest odd/envelope -ItemsPath data.items).id | Should -Be 1, 2
        (Invoke-BearerRequest odd/envelope).data.total | Should -Be 2
        (Invoke-BearerRequest odd/envelope -ItemsPath data.items -IncludeResponse).Body.id | Should -Be 1, 2
    }

    It 'lists the paths that exist when there is nothing at -ItemsPath' {
        $failure = Get-Failure odd/envelope @{ ItemsPath = 'data.values' }
        $failure.Id | Should -Be "ItemsPathNotFound,$command"
        $failure.Message | Should -BeLike "*'data' has 'items', 'total'.*-ItemsPath*"
    }
}

Describe 'A value of JSON' {
    It 'is a date as ConvertFrom-Json has it, or as -DateKind says: <Kind>' -ForEach @(
        @{ Kind = 'Default'; Type = [datetime] }
        @{ Kind = 'Local'; Type = [datetime] }
        @{ Kind = 'Utc'; Type = [datetime] }
        @{ Kind = 'Offset'; Type = [DateTimeOffset] }
        @{ Kind = 'String'; Type = [string] }
    ) {
        $ours = Invoke-BearerRequest odd/values -DateKind $Kind
        $ours.date | Should -BeOfType $Type
        if ($Kind -eq 'Local' -or $Kind -eq 'Utc') { $ours.utc.Kind, $ours.date.Kind | Should -Be $Kind, $Kind }
        if ($Kind -eq 'Offset') { $ours.date.Offset | Should -Be '02:00:00' }
        if ($Kind -eq 'String') { $ours.date | Should -Be '2024-03-01T12:34:56+02:00' }
        else { ([DateTimeOffset]$ours.date).UtcDateTime | Should -Be ([datetime]'2024-03-01T10:34:56') }
    }

    It 'is exact: integers of any size, and with -NumberKind Decimal what a Double cannot hold' {
        $row = Invoke-BearerRequest odd/values
        $row.long | Should -BeOfType ([long])
        $row.long | Should -Be 9007199254740993
        $row.big | Should -Be ([bigint]::Parse('123456789012345678901234567890'))
        $row.price | Should -BeOfType ([double])

        $row = Invoke-BearerRequest odd/values -NumberKind Decimal
        $row.price | Should -Be 0.1000000000000000000000000001d
        $row.exponent | Should -Be 1000d
        $row.exponent | Should -BeOfType ([decimal])
        $row.long | Should -BeOfType ([long])
    }

    It 'survives where others replace, unroll or drop it: lone surrogates, lists of one and of none, null' {
        $row = Invoke-BearerRequest odd/values
        [int][char]$row.half | Should -Be 0xd83d
        $row.list.GetType() | Should -Be ([object[]])
        $row.none.GetType() | Should -Be ([object[]])
        $row.psobject.Properties.Name | Should -Contain nothing
    }

    It 'is an ordered dictionary with -AsHashtable, whose keys are case-sensitive' {
        $table = Invoke-BearerRequest odd/case-keys -AsHashtable
        $theirs = '{"id":1,"ID":2,"Id":3,"":4}' | ConvertFrom-Json -AsHashtable

        $table.GetType() | Should -Be $theirs.GetType()
        @($table.Keys) | Should -BeExactly id, ID, Id, ''
        $table['ID'] | Should -Be 2
        (Invoke-BearerRequest users -AsHashtable)[1]['name'] | Should -Be grace
    }
}

Describe 'An object whose names clash' {
    It 'is whole, as an ordered dictionary, where Invoke-RestMethod gives text' {
        Invoke-Theirs odd/case-keys | Should -BeOfType ([string])
        $row = Invoke-BearerRequest odd/case-keys
        $row | Should -BeOfType ([Collections.Specialized.OrderedDictionary])
        @($row.Keys) | Should -BeExactly id, ID, Id, ''
        @($row.Values) | Should -Be 1, 2, 3, 4
    }

    It 'is the only one that is, and keeps the last of a name that came twice' {
        $rows = Invoke-BearerRequest odd/reserved-names
        $rows[0]['PSObject'] | Should -Be x
        $rows[1] | Should -BeOfType ([pscustomobject])
        $rows[1].id | Should -Be 3
    }

    It 'is named by a verbose line of its response, once' {
        $all = 'items/1', 'odd/case-keys', 'items/2' | Invoke-BearerRequest -Verbose 4>&1
        $lines = @($all | Where-Object { $_ -is [Management.Automation.VerboseRecord] -and $_ -match 'ordered dictionary' })
        $lines.Count | Should -Be 1
        "$lines" | Should -BeLike "*'id', 'ID', 'Id', ''*"
        $seen = $all | ForEach-Object { if ($_ -eq $lines[0]) { 'line' } elseif ($_ -isnot [Management.Automation.VerboseRecord]) { "$($_['id'] ?? $_.id)" } }
        $seen | Should -Be '1', 'line', '1', '2'
    }
}

Describe 'A fault in JSON' {
    It 'is one error with line, column and byte, after the rows before it' {
        $failure = Get-Failure odd/jsonlines-fault
        $failure.Rows.id | Should -Be 1
        $failure.Id | Should -Be "InvalidJson,$command"
        $failure.Fault.Line | Should -Be 3
        $failure.Message | Should -BeLike "*odd/jsonlines-fault*line 3, column 8, byte 17*"
    }

    It 'is nesting deeper than -Depth' {
        $failure = Get-Failure odd/deep
        $failure.Id | Should -Be "JsonTooDeep,$command"
        $failure.Message | Should -BeLike '*deeper than 1024 levels*byte 1024*-Depth*'
        (Get-Failure odd/envelope @{ Depth = 2 }).Id | Should -Be "JsonTooDeep,$command"
        @(Invoke-BearerRequest odd/deep -Depth 1500).Count | Should -Be 1
    }

    It 'is refused before the first request: -Depth 0' {
        { Invoke-BearerRequest odd/deep -Depth 0 } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
    }
}
