Set-StrictMode -Version Latest

function Connect-Contoso {
    <#
    .SYNOPSIS
        Connects this module to the Contoso API.
    .EXAMPLE
        Connect-Contoso -ClientId ops -ClientSecret (Read-Host 'Client secret' -AsSecureString)
    .EXAMPLE
        Connect-Contoso -ClientId ops -SecretFrom env:OPS_SECRET
    #>
    [CmdletBinding(DefaultParameterSetName = 'Secret')]
    param(
        [Parameter(Mandatory)] [string] $ClientId,
        [Parameter(Mandatory, ParameterSetName = 'Secret')] [securestring] $ClientSecret,
        [Parameter(Mandatory, ParameterSetName = 'Reference')] [string] $SecretFrom,
        [string] $Authority = 'https://id.contoso.com',
        [uri] $BaseUri = 'https://api.contoso.com/v1/'
    )
    $secret = if ($PSCmdlet.ParameterSetName -eq 'Secret') { @{ ClientSecret = $ClientSecret } } else { @{ SecretFrom = $SecretFrom } }
    Connect-BearerApi -Authority $Authority -ClientId $ClientId @secret -BaseUri $BaseUri -RateLimit 50/s -ErrorAction Stop
}

function Get-ContosoUser {
    <#
    .SYNOPSIS
        Gets users: all of them, or those with the given ids.
    .EXAMPLE
        Get-ContosoUser
    .EXAMPLE
        Get-Content ids.txt | Get-ContosoUser
    #>
    [CmdletBinding()]
    param(
        [Parameter(Position = 0, ValueFromPipeline)] [string] $Id,
        # The identity to use, instead of the one of Connect-Contoso.
        [BearerTools.AccessToken] $Token
    )
    begin {
        $identity = if ($Token) { @{ Token = $Token } } else { @{} }
        $requests = $null
        if ($MyInvocation.ExpectingInput) {
            # One Invoke-BearerRequest for all piped ids, so that their requests are concurrent.
            $requests = { Invoke-BearerRequest -Uri { "/users/$([uri]::EscapeDataString($_))" } @identity }.GetSteppablePipeline()
            $requests.Begin($PSCmdlet)
        }
    }
    process {
        if ($requests) { $requests.Process($Id) }
        elseif ($Id) { Invoke-BearerRequest "/users/$([uri]::EscapeDataString($Id))" @identity }
        else { Invoke-BearerRequest /users -FollowRelLink @identity }
    }
    end {
        if ($requests) { $requests.End() }
    }
    clean {
        if ($requests) { $requests.Dispose() }
    }
}

Export-ModuleMember -Function Connect-Contoso, Get-ContosoUser
