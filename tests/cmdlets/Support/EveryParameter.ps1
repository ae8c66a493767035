# Binds each parameter of each parameter set of Get-BearerToken once, in a session where every connection is refused,
# and writes how each call ended: the set, the parameter, and the error's id and message ('none' if it succeeded).
# With -Part of -Parts it does that for a part of the parameters of each set and returns the results: a refused connection is tried again
# after a pause, so the parts run in parallel.
param([string] $Manifest, [string] $Folder, [string] $ResultFile, [int] $Part, [int] $Parts)

Import-Module $Manifest
if (-not $Parts) {
    $env:BEARERTOOLS_TEST_SECRET = New-Guid
    $all = 32
    $results = 1..$all | ForEach-Object -ThrottleLimit $all -Parallel {
        & $using:PSCommandPath -Manifest $using:Manifest -Folder (New-Item -ItemType Directory (Join-Path $using:Folder $_)) -Part $_ -Parts $using:all
    }
    ConvertTo-Json @($results) | Set-Content $ResultFile
    return
}

. "$PSScriptRoot/PlausibleValues.ps1" $Folder

$count = 0
foreach ($one in (Get-Command Get-BearerToken).ParameterSets) {
    # A hidden one only says what to give instead.
    $own = @($one.Parameters | Where-Object { $_.Name -notin $common -and -not ($_.Attributes | Where-Object { $_ -is [Parameter] -and $_.DontShow }) })
    $needed = @($own | Where-Object IsMandatory | ForEach-Object Name) + @($needs[$one.Name] ?? ($own.Name -contains 'Authority' ? $oauth : @()))
    foreach ($name in $own.Name) {
        if ($count++ % $Parts -ne $Part - 1) { continue }
        $given = @{}
        foreach ($other in $needed + $name) { if ($other -notin $replaces[$name]) { $given[$other] = $values[$other] ?? $true } }
        $more = $beside["$($one.Name)/$name"] ?? $beside[$name] ?? @{}
        foreach ($other in $more.Keys) { if ($null -ne $more[$other]) { $given[$other] = $more[$other] } else { $given.Remove($other) } }
        $id, $message = try { $null = Get-BearerToken @given -WarningAction Ignore; 'none' } catch { $_.FullyQualifiedErrorId.Split(',')[0]; "$_" }
        @{ Set = $one.Name; Parameter = $name; Id = $id; Message = $message }
        Clear-BearerTokenCache
    }
}
