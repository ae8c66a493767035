# Calls each cmdlet with nasty values for each of its parameters, beside what its set needs, in a session where the server refuses every
# request (refused connections would be retried, with delays). Writes the errors that are neither ours nor the engine's binder's. Most is
# the number of calls; 0 means all.
param([string] $Manifest, [string] $Folder, [string] $Server, [string] $ResultFile, [int] $Seed, [int] $Most)

Import-Module $Manifest, "$PSScriptRoot/Fuzz.psm1"
. "$PSScriptRoot/PlausibleValues.ps1" $Folder $Server
Set-Location $Folder
$ConfirmPreference = 'None'

$cycle = @{}; $cycle.self = $cycle
$object = [pscustomobject]@{ self = $null }; $object.self = $object
$list = [Collections.ArrayList]::new(); $null = $list.Add($list)
$deep = @{}; foreach ($level in 1..3000) { $deep = @{ a = $deep } }
$alike = @{}; $alike[1] = 'a'; $alike['1'] = 'b'
$closed = [IO.MemoryStream]::new(); $closed.Dispose()
$nasty = [ordered]@{
    'null' = $null; 'empty text' = ''; 'a blank' = ' '; 'NUL' = "a`0b"; 'line breaks' = "a`r`nX-Evil: 1"; 'ESC' = "`e]0;x`a"; 'half a pair' = "a$([char]0xD800)b"
    'bidi' = "a$([char]0x202E)b$([char]0x200D)"; 'letters' = 'é日本'; 'long text' = 'x' * 100000; 'percent' = '%zz%00'; 'quotes' = "`"'``$()"; 'braces' = '{0}{'
    'minus one' = -1; 'zero' = 0; 'largest int' = [int]::MaxValue; 'smallest int' = [int]::MinValue; 'largest long' = [long]::MaxValue; 'NaN' = [double]::NaN
    'infinity' = [double]::PositiveInfinity; 'largest decimal' = [decimal]::MaxValue; 'text NaN' = 'NaN'; 'text number' = '99999999999999999999'
    'true' = $true; 'false' = $false; 'no items' = @(); 'a null item' = @($null); 'a null among items' = @('a', $null); 'nested items' = @(, @(1, @(2)))
    'no members' = @{}; 'two keys alike' = $alike; 'a null member' = @{ a = $null }; 'an empty key' = @{ '' = '' }; 'itself' = $cycle; 'an object itself' = $object; 'a list itself' = $list; 'depth' = $deep
    'a script' = { $null }; 'a script of nothing' = {}; 'a date' = [datetime]::MinValue; 'last date' = [DateTimeOffset]::MaxValue; 'a span' = [timespan]::MaxValue; 'minus a span' = [timespan]::MinValue
    'no secret' = [securestring]::new(); 'no credential' = [pscredential]::Empty; 'a drive' = 'file:Nope:\x'; 'no name' = 'env:'; 'a device' = 'file:/dev/null'; 'up' = '../../../x'; 'slashes' = '//'
    'half an address' = 'http://[::1'; 'a port' = 'http://127.0.0.1:99999/'; 'a scheme' = 'javascript:x'; 'an invisible letter' = "http://a$([char]0x200D)b/"; 'a host of spaces' = "http://a$([char]0xAF)b/"
    'a closed stream' = $closed; 'XML' = [xml] '<a/>'; 'bytes' = [byte[]] (0, 255); 'a type' = [string]; 'an exception' = [Exception]::new('x'); 'JSON' = '{"a":'; 'a JWT' = 'e30.e30.x'; 'PEM' = "-----BEGIN PRIVATE `KEY-----`nAA==`n-----END PRIVATE KEY-----"
}

$skipped = $common + [System.Management.Automation.PSCmdlet]::OptionalCommonParameters
$values += @{ Uri = '/x'; Name = 'contoso'; DeadlineSeconds = 1; MaximumRetryCount = 0 }
$always = @{ 'Invoke-BearerRequest' = 'BaseUri', 'Token', 'DeadlineSeconds', 'MaximumRetryCount', 'Uri' }
$replaces += @{ Profile = 'Token'; Body = 'InFile'; Form = 'InFile' }
$random = [Random]::new($Seed)
$cases = foreach ($command in Get-Command -Module BearerTools) {
    $sets = foreach ($set in $command.ParameterSets) {
        $own = @($set.Parameters | Where-Object Name -NotIn $skipped)
        $needed = @($own | Where-Object IsMandatory | ForEach-Object Name) + @($needs[$set.Name] ?? ($own.Name -contains 'Authority' -and $set.Name -ne '__AllParameterSets' ? $oauth : @())) + @($always[$command.Name])
        [pscustomobject]@{ Name = $set.Name; Own = $own.Name; Needed = $needed }
    }
    foreach ($name in $sets.Own | Sort-Object -Unique) {
        $having = @($sets | Where-Object Own -Contains $name)
        # Each value in one of the sets that have the parameter.
        foreach ($kind in $nasty.Keys) {
            # The engine itself overflows the stack when it converts such a list to an enum, for its own cmdlets too.
            if ($kind -eq 'a list itself' -and $command.Parameters[$name].ParameterType.IsEnum) { continue }
            $set = $having[$random.Next($having.Count)]
            [pscustomobject]@{ Command = $command.Name; Set = $set.Name; Parameter = $name; Kind = $kind; Needed = $set.Needed }
        }
    }
}
if ($Most) { $cases = $cases | Get-Random -Count $Most -SetSeed $Seed }

$faults = [Collections.Generic.List[object]]::new()
$calls = 0
foreach ($case in $cases) {
    $command, $name, $kind = $case.Command, $case.Parameter, $case.Kind
    $text = "$command ($($case.Set)) -$name with $kind"
    # What a call that hangs or crashes was.
    if ($calls % 20 -eq 0 -or $Most) { [IO.File]::WriteAllText("$ResultFile.now", $text) }
    $given = @{}
    foreach ($other in $case.Needed) { if ($other -and $other -notin $replaces[$name]) { $given[$other] = $values[$other] ?? $true } }
    $given[$name] = $nasty[$kind]
    $calls++
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $bad = try { & $command @given -WarningAction Ignore 2>&1 | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] -and -not (Test-KnownError $_) } }
    catch { if (-not (Test-KnownError $_)) { $_ } }
    foreach ($one in $bad) { $faults.Add("$text`: $($one.FullyQualifiedErrorId) $($one.Exception.GetType().FullName): $one $(("$($one.Exception.StackTrace)" -split "`n")[0..3])") }
    if ($clock.Elapsed.TotalSeconds -gt 20) { $faults.Add("$text took $($clock.Elapsed)") }
    if ($calls % 100 -eq 0) { Clear-BearerTokenCache }
}
@{ Calls = $calls; Parameters = @($cases | ForEach-Object { "$($_.Command) $($_.Parameter)" } | Sort-Object -Unique).Count; Values = $nasty.Count; Faults = @($faults) } | ConvertTo-Json | Set-Content $ResultFile
