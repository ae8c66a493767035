# The inside of a session of Entra.psm1: takes requests from a folder, runs each, and leaves what came of it.
param([string] $Folder, [string] $Module, [int] $Parent)

if ($Module) { Import-Module $Module }
$entra = Get-Content "$Folder/entra.json" -Raw | ConvertFrom-Json
$parentProcess = Get-Process -Id $Parent

function ConvertTo-Failure($Record) {
    $failure = @{ Id = $Record.FullyQualifiedErrorId; Message = "$Record"; Category = "$($Record.CategoryInfo.Category)"; Details = "$($Record.ErrorDetails)" }
    foreach ($property in $Record.Exception.PSObject.Properties | Where-Object { $_.Name -ne 'StackTrace' -and ($_.Value -is [ValueType] -or $_.Value -is [string]) }) { $failure[$property.Name] = "$($property.Value)" }
    $failure
}

# Everything users do to see what happened.
function Show($Record) {
    if ($Record -is [Management.Automation.ErrorRecord]) { $Record | Format-List * -Force | Out-String; $Record.Exception | Format-List * -Force | Out-String; $Record.Exception.ToString() }
    else { $Record | Out-String -Width 500 }
}

for ($number = 1; ; $number++) {
    # Without cmdlets: they would keep a processor busy with waiting.
    while (-not [IO.File]::Exists("$Folder/$number.request")) {
        if ($parentProcess.HasExited) { return }
        [Threading.Thread]::Sleep(15)
    }
    $request = Get-Content "$Folder/$number.request" -Raw | ConvertFrom-Json -AsHashtable
    foreach ($name in $request.Environment.Keys) { Set-Item "env:$name" $request.Environment[$name] }
    $with = $request.With
    $records = [Collections.Generic.List[object]]::new()
    $clock = [Diagnostics.Stopwatch]::StartNew()
    try { & ([scriptblock]::Create($request.Script)) *>&1 | ForEach-Object { $records.Add($_) } }
    catch { $records.Add($_) }
    $seconds = $clock.Elapsed.TotalSeconds
    foreach ($name in $request.Environment.Keys) { Remove-Item "env:$name" }

    $kinds = $records | Group-Object { $_ -is [Management.Automation.ErrorRecord] ? 'Error' : $_ -is [Management.Automation.InformationalRecord] -or $_ -is [Management.Automation.InformationRecord] ? 'Remark' : 'Output' } -AsHashTable
    @{
        Output  = @($kinds.Output)
        Errors  = @($kinds.Error | Where-Object { $_ } | ForEach-Object { ConvertTo-Failure $_ })
        Remarks = @($kinds.Remark | Where-Object { $_ } | ForEach-Object { "$_" })
        Text    = "$($records | ForEach-Object { Show $_ })"
        Seconds = $seconds
    } | ConvertTo-Json -Depth 5 -WarningAction Ignore | Set-Content "$Folder/$number.part"
    Move-Item "$Folder/$number.part" "$Folder/$number.answer"
}
