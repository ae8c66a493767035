# Dot-sourced by the tests of connections: two sandboxes, which are two identities and two origins.

$manifest = Join-Path $PSScriptRoot ../../../BearerTools.psd1 -Resolve
Import-Module $manifest
Import-Module "$PSScriptRoot/Sandbox.psm1"
$sandbox = Start-Sandbox
$other = Start-Sandbox
$open = "$($sandbox.Address)/open/"
$flow = @{ Authority = $sandbox.Address; ClientId = $sandbox.ClientId; SecretFrom = "file:$($sandbox.SecretFile)" }

function New-Token { ConvertTo-SecureString "$(New-Guid)" -AsPlainText -Force }
function Get-Echoed($Token) { Get-EchoedFingerprint (ConvertTo-Plain $Token) }
function Get-ErrorOf([scriptblock] $Script) { try { & $Script } catch { $_ } }
