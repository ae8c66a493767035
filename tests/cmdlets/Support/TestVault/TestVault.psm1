# A module with the commands of Microsoft.PowerShell.SecretManagement that BearerTools uses, and their parameters. It stands for the real
# one, which these tests do not need: a secret is a file in the folder of the variable TESTVAULT, and every call is logged there with its
# thread. A file 'throws' makes the commands fail, and a file 'readonly' makes Set-Secret fail.

function Write-Call([string] $Line) {
    Add-Content (Join-Path $env:TESTVAULT calls.log) "$Line thread=$([Environment]::CurrentManagedThreadId)"
    if (Test-Path (Join-Path $env:TESTVAULT throws)) { throw 'The vault is locked.' }
}

function Get-SecretPath([string] $Vault, [string] $Name) { Join-Path $env:TESTVAULT ($Vault ? $Vault : 'Default') "$Name.txt" }

function Get-Secret {
    [CmdletBinding(DefaultParameterSetName = 'NameParameterSet')]
    param(
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'NameParameterSet')] [string] $Name,
        [Parameter(Position = 1, ParameterSetName = 'NameParameterSet')] [string] $Vault,
        [Parameter(Mandatory, ValueFromPipeline, ParameterSetName = 'InfoParameterSet')] [object] $InputObject,
        [switch] $AsPlainText
    )
    Write-Call "get $Vault/$Name"
    $path = Get-SecretPath $Vault $Name
    if (-not (Test-Path $path)) {
        Write-Error "The secret $Name was not found."
        return
    }
    $text = (Get-Content $path -Raw).TrimEnd("`n")
    $AsPlainText ? $text : (ConvertTo-SecureString $text -AsPlainText -Force)
}

function Set-Secret {
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'ObjectParameterSet')]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Mandatory, Position = 1, ValueFromPipeline, ParameterSetName = 'ObjectParameterSet')] [object] $Secret,
        [Parameter(Mandatory, ParameterSetName = 'SecureStringParameterSet')] [securestring] $SecureStringSecret,
        [Parameter(Position = 2)] [string] $Vault,
        [Parameter(Position = 3)] [hashtable] $Metadata,
        [switch] $NoClobber
    )
    Write-Call "set $Vault/$Name"
    if (Test-Path (Join-Path $env:TESTVAULT readonly)) { throw 'The vault is read-only.' }
    Set-Content (Get-SecretPath $Vault $Name) ([Net.NetworkCredential]::new('', $Secret).Password)
}

function Get-SecretInfo {
    [CmdletBinding()]
    param([Parameter(Position = 0)] [string] $Name = '*', [Parameter(Position = 1)] [string] $Vault)
    $folders = if ($Vault) { Join-Path $env:TESTVAULT $Vault } else { Get-ChildItem $env:TESTVAULT -Directory }
    foreach ($file in Get-ChildItem $folders -Filter *.txt -ErrorAction Ignore) {
        if ($file.BaseName -like $Name) { [pscustomobject]@{ Name = $file.BaseName; Type = 'SecureString'; VaultName = $file.Directory.Name } }
    }
}

Export-ModuleMember -Function Get-Secret, Set-Secret, Get-SecretInfo
