#Requires -Version 7.4
<#
.SYNOPSIS
    Generates docs/profiles.schema.json, the JSON schema of saved profiles.
.DESCRIPTION
    The fields come from the module, and their descriptions from the help that Build-Help.ps1 generates. 'build.ps1 Docs' runs this in a
    process of its own; a test fails when the output is not current.
.PARAMETER Destination
    The file to write.
#>
[CmdletBinding()]
param([string] $Destination = (Join-Path $PSScriptRoot 'profiles.schema.json'))

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

Import-Module (Join-Path $PSScriptRoot '../BearerTools.psd1')
$command = Get-Command Set-BearerProfile
# The list is internal, because only the module and this script use it.
$fields = $command.ImplementingType.Assembly.GetType('BearerTools.Session.ProfileFields').GetProperty('All').GetValue($null)
[xml] $help = Get-Content (Join-Path $PSScriptRoot '../en-US/BearerTools.dll-Help.xml') -Raw
$page = $help.SelectSingleNode("//*[local-name()='command'][*[local-name()='details']/*[local-name()='name']='$($command.Name)']")

function Get-Property($Object, [string] $Name) { $Object.GetType().GetProperty($Name).GetValue($Object) }

$scalar = [ordered] @{ type = 'string', 'number', 'boolean' }
$kinds = @{
    Text       = { [ordered] @{ type = 'string' } }
    Number     = { [ordered] @{ type = 'integer' } }
    Switch     = { [ordered] @{ type = 'boolean' } }
    TextList   = { [ordered] @{ type = 'string', 'array'; items = @{ type = 'string' } } }
    NumberList = { [ordered] @{ type = 'integer', 'array'; items = @{ type = 'integer' } } }
    Map        = { [ordered] @{ type = 'object'; additionalProperties = [ordered] @{ type = 'string', 'number', 'boolean', 'array'; items = $scalar } } }
    Body       = { [ordered] @{ type = 'object' } }
}

$properties = [ordered] @{}
foreach ($field in $fields) {
    $name = Get-Property $field Name
    $schema = & $kinds["$(Get-Property $field Kind)"]
    $attributes = $command.Parameters[$name].Attributes
    $set = $attributes | Where-Object { $_.GetType().Name -eq 'CheckedWhenRunAttribute' -and $_.Values.Count -gt 0 } | Select-Object -First 1
    if ($set) { $schema.enum = @($set.Values) }
    $text = $page.SelectNodes("*[local-name()='parameters']/*[local-name()='parameter'][*[local-name()='name']='$name']/*[local-name()='description']/*")
    $schema.description = @($text | ForEach-Object InnerText) -join ' '
    $properties[$name] = $schema
}

$document = [ordered] @{
    '$schema'            = 'http://json-schema.org/draft-07/schema#'
    title                = 'Saved profiles of BearerTools'
    type                 = 'object'
    properties           = [ordered] @{
        '$schema' = @{ type = 'string' }
        profiles  = [ordered] @{
            description          = 'Profiles by name. The fields are the parameters of Set-BearerProfile; secrets are references such as env:NAME.'
            type                 = 'object'
            propertyNames        = [ordered] @{ pattern = '^[\p{L}\p{N}][\p{L}\p{N}._@ -]{0,99}$' }
            additionalProperties = [ordered] @{ type = 'object'; additionalProperties = $false; properties = $properties }
        }
    }
    additionalProperties = $false
}
[IO.File]::WriteAllText($Destination, (ConvertTo-Json $document -Depth 10).Replace("`r`n", "`n") + "`n")
