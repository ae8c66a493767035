# How much is fuzzed, and what counts as a fault.

# BEARERTOOLS_SOAK multiplies the runs by 50; build.ps1 Test -Soak sets it.
function Get-FuzzPlan {
    $seed = $env:BEARERTOOLS_FUZZ_SEED ? [int] $env:BEARERTOOLS_FUZZ_SEED : $env:CI ? 20261128 : (Get-Random)
    Write-Host "Fuzzing with BEARERTOOLS_FUZZ_SEED=$seed."
    [pscustomobject]@{ Seed = $seed; Factor = $env:BEARERTOOLS_SOAK ? 50 : 1; IsSoak = [bool] $env:BEARERTOOLS_SOAK }
}

# True for an error of this module, and for one of the engine's parameter binder.
function Test-KnownError($ErrorRecord) {
    for ($cause = $ErrorRecord.Exception; $cause; $cause = $cause.InnerException) {
        if ($cause -is [BearerTools.IBearerError] -or $cause -is [System.Management.Automation.ParameterBindingException]) { return $true }
    }
    $false
}

# One line for each kind of error that is none of ours, with the first input that caused it.
function Format-Fault($Faults) {
    $Faults | Group-Object { $_.Error.Exception.GetType().FullName + ($_.Error.Exception.StackTrace -split "`n")[0] } |
        ForEach-Object { "$($_.Count) x $($_.Group[0].Error.FullyQualifiedErrorId) $($_.Group[0].Error.Exception.GetType().FullName): $($_.Group[0].Error) for $($_.Group[0].Input) $(($_.Group[0].Error.Exception.StackTrace -split "`n")[0..2])" }
}

# Calls a script with each input in several runspaces of this process, and gives what is wrong: errors of others, and calls that
# take longer than 20 seconds. The script has the input as its argument and $shared as a variable.
function Find-Fault([object[]] $Inputs, [hashtable] $Shared, [scriptblock] $Script, [int] $ThrottleLimit = 4) {
    $module = (Get-Module BearerTools).Path
    $size = [Math]::Max(1, [Math]::Ceiling($Inputs.Count / $ThrottleLimit / 4))
    $batches = for ($at = 0; $at -lt $Inputs.Count; $at += $size) { , $Inputs[$at..([Math]::Min($at + $size, $Inputs.Count) - 1)] }
    $text = "$Script"
    $batches | ForEach-Object -ThrottleLimit $ThrottleLimit -Parallel {
        Import-Module $using:module, "$using:PSScriptRoot/Fuzz.psm1"
        $shared = $using:Shared
        $script = [scriptblock]::Create($using:text)
        foreach ($item in $_) {
            $clock = [Diagnostics.Stopwatch]::StartNew()
            $errors = $null
            try { $null = . $script $item 2>&1 3>$null | ForEach-Object { if ($_ -is [System.Management.Automation.ErrorRecord] -and -not (Test-KnownError $_)) { $errors += , $_ } } }
            catch { if (-not (Test-KnownError $_)) { $errors += , $_ } }
            if ($clock.Elapsed.TotalSeconds -gt 20) { $errors += , [System.Management.Automation.ErrorRecord]::new([TimeoutException]::new("It took $($clock.Elapsed)."), 'TooSlow', 'OperationTimeout', $item) }
            foreach ($one in $errors) { [pscustomobject]@{ Input = "$item"; Error = $one } }
        }
    }
}

Export-ModuleMember -Function *-*
