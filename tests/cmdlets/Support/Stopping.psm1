# Scripts that are stopped, or run beside each other, for the tests of how commands end.

function Wait-Until([scriptblock] $Condition, [int] $Seconds = 60) {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($clock.Elapsed.TotalSeconds -gt $Seconds) { throw "Not within $Seconds s: $Condition" }
        Start-Sleep -Milliseconds 5
    }
}

function Measure-Seconds([scriptblock] $Script) {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $null = & $Script
    $clock.Elapsed.TotalSeconds
}

# A script in a runspace of its own, with these modules and variables, and connected as the caller is.
function Start-Script {
    [CmdletBinding()]
    param([string[]] $Module, [string] $Script, [hashtable] $Variable = @{})
    $shell = [powershell]::Create([initialsessionstate]::CreateDefault2())
    $token = Get-CallersToken $PSCmdlet
    $null = $shell.AddScript($prepare).AddArgument($Module).AddArgument($Variable).AddArgument($token).Invoke()
    $shell.Commands.Clear()
    $output = [Management.Automation.PSDataCollection[psobject]]::new()
    [pscustomobject]@{
        Shell  = $shell.AddScript($Script)
        Output = $output
        Run    = $shell.BeginInvoke([Management.Automation.PSDataCollection[psobject]] @(), $output)
    }
}

$prepare = 'Import-Module $args[0]; foreach ($one in $args[1].GetEnumerator()) { Set-Variable $one.Key $one.Value }; if ($args[2]) { Connect-BearerApi -Token $args[2] }'

# The token that the caller of a command is connected with: a runspace starts connected to nothing.
function Get-CallersToken([System.Management.Automation.PSCmdlet] $Cmdlet) {
    $get = [scriptblock]::Create('if ((Get-Command Get-BearerConnection -ErrorAction Ignore) -and (Get-BearerConnection)) { Get-BearerToken }')
    $Cmdlet.InvokeCommand.InvokeScript($Cmdlet.SessionState, $get) | Select-Object -First 1
}

# As Ctrl+C does it; gives the seconds until the script has ended.
function Stop-Script($Started) {
    if ($Started.Run.IsCompleted) { throw "It has ended by itself: $($Started.Shell.Streams.Error)" }
    Measure-Seconds { $Started.Shell.Stop() }
    $Started.Shell.Runspace.Dispose()
    $Started.Shell.Dispose()
}

# Its output, when it has come to its end.
function Complete-Script($Started) {
    if (-not $Started.Run.AsyncWaitHandle.WaitOne(60000)) { throw 'The script has not ended.' }
    $null = $Started.Shell.EndInvoke($Started.Run)
    $Started.Output
    $Started.Shell.Runspace.Dispose()
    $Started.Shell.Dispose()
}

# A script in a PowerShell of its own, as one has it in a console: Ctrl+C is a signal there.
function Start-Session([string] $Script) {
    $file = [IO.Path]::Combine([IO.Path]::GetTempPath(), "bearertools-$PID-$(New-Guid).ps1")
    Set-Content $file $Script
    $engine = [Environment]::ProcessPath
    # 'dotnet pwsh' runs inside dotnet.
    $first = if ((Split-Path $engine -LeafBase) -eq 'dotnet') { , (Join-Path $PSHOME pwsh.dll) } else { @() }
    $command = , $engine + $first + '-NoProfile', '-File', $file
    # A process that was started in the background ignores Ctrl+C, and so would this session.
    if ($IsLinux) { $command = 'env', '--default-signal=INT' + $command }
    $start = [Diagnostics.ProcessStartInfo]::new($command[0], [string[]] $command[1..($command.Count - 1)])
    $start.RedirectStandardOutput = $true
    [pscustomobject]@{ Process = [Diagnostics.Process]::Start($start); File = $file }
}

# Gives the seconds from Ctrl+C to the end of the whole process, and what it printed.
function Stop-Session($Session) {
    try {
        $seconds = Measure-Seconds {
            & (Get-Command kill -CommandType Application)[0] -INT $Session.Process.Id
            if (-not $Session.Process.WaitForExit(30000)) { throw 'The session does not hear Ctrl+C.' }
        }
        [pscustomobject]@{ Seconds = $seconds; Text = $Session.Process.StandardOutput.ReadToEnd() }
    }
    finally { Remove-Session $Session }
}

function Remove-Session($Session) {
    if (-not $Session.Process.HasExited) { $Session.Process.Kill() }
    Remove-Item $Session.File -ErrorAction Ignore
}

# Until one of the counts stands still: workers have done what they may.
function Wait-Still($Counts, [string] $Property) {
    Wait-Until {
        $was = $Counts.$Property
        Start-Sleep -Milliseconds 200
        $was -gt 1 -and $was -eq $Counts.$Property
    }
}

Export-ModuleMember -Function *-*
