# Binds each parameter of each parameter set of Get-BearerToken once, in a session where every connection is refused,
# and writes how each call ended: the set, the parameter, and the error's id and message ('none' if it succeeded).
param([string] $Manifest, [string] $Folder, [string] $ResultFile)

Import-Module $Manifest
. "$PSScriptRoot/PlausibleValues.ps1" $Folder

$results = foreach ($set in (Get-Command Get-BearerToken).ParameterSets) {
    $own = @($set.Parameters | Where-Object Name -NotIn $common)
    $needed = @($own | Where-Object IsMandatory | ForEach-Object Name) + @($needs[$set.Name] ?? ($own.Name -contains 'Authority' ? $oauth : @()))
    foreach ($name in $own.Name) {
        $given = @{}
        foreach ($other in $needed + $name) { if ($other -notin $replaces[$name]) { $given[$other] = $values[$other] ?? $true } }
        $more = $beside["$($set.Name)/$name"] ?? $beside[$name] ?? @{}
        foreach ($other in $more.Keys) { if ($null -ne $more[$other]) { $given[$other] = $more[$other] } else { $given.Remove($other) } }
        $id, $message = try { $null = Get-BearerToken @given -WarningAction Ignore; 'none' } catch { $_.FullyQualifiedErrorId.Split(',')[0]; "$_" }
        @{ Set = $set.Name; Parameter = $name; Id = $id; Message = $message }
        Clear-BearerTokenCache
    }
}
ConvertTo-Json @($results) | Set-Content $ResultFile
