# Binds each parameter of each parameter set of Get-BearerToken once, in a session where every connection is refused,
# and writes how each call ended: the set, the parameter, and the error's id and message ('none' if it succeeded).
# With -Set it does that for one set and returns the results: a refused connection is tried again after a pause, so sets run in parallel.
param([string] $Manifest, [string] $Folder, [string] $ResultFile, [string] $Set)

Import-Module $Manifest
if (-not $Set) {
    $env:BEARERTOOLS_TEST_SECRET = New-Guid
    $results = (Get-Command Get-BearerToken).ParameterSets.Name | ForEach-Object -ThrottleLimit 8 -Parallel {
        & $using:PSCommandPath -Manifest $using:Manifest -Folder (New-Item -ItemType Directory (Join-Path $using:Folder $_)) -Set $_
    }
    ConvertTo-Json @($results) | Set-Content $ResultFile
    return
}

. "$PSScriptRoot/PlausibleValues.ps1" $Folder

foreach ($one in (Get-Command Get-BearerToken).ParameterSets | Where-Object Name -EQ $Set) {
    $own = @($one.Parameters | Where-Object Name -NotIn $common)
    $needed = @($own | Where-Object IsMandatory | ForEach-Object Name) + @($needs[$one.Name] ?? ($own.Name -contains 'Authority' ? $oauth : @()))
    foreach ($name in $own.Name) {
        $given = @{}
        foreach ($other in $needed + $name) { if ($other -notin $replaces[$name]) { $given[$other] = $values[$other] ?? $true } }
        $more = $beside["$($one.Name)/$name"] ?? $beside[$name] ?? @{}
        foreach ($other in $more.Keys) { if ($null -ne $more[$other]) { $given[$other] = $more[$other] } else { $given.Remove($other) } }
        $id, $message = try { $null = Get-BearerToken @given -WarningAction Ignore; 'none' } catch { $_.FullyQualifiedErrorId.Split(',')[0]; "$_" }
        @{ Set = $one.Name; Parameter = $name; Id = $id; Message = $message }
        Clear-BearerTokenCache
    }
}
