# The password of a proxy in the environment, when the proxy refuses: it stands in no output, whatever asks for the connection.

BeforeAll {
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $manifest = (Resolve-Path "$PSScriptRoot/../../BearerTools.psd1").Path
    $password = "p$((New-Guid).ToString('n'))"

    # Refuses each CONNECT with the response. Ends with the listener.
    function Start-Proxy([string] $Response) {
        $listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $listener.Start()
        $job = Start-ThreadJob {
            param($listener, $response)
            while ($true) {
                try { $client = $listener.AcceptTcpClient() } catch { return }
                $stream = $client.GetStream()
                $null = $stream.Read([byte[]]::new(4096), 0, 4096)
                $stream.Write([Text.Encoding]::ASCII.GetBytes($response))
                $client.Dispose()
            }
        } -ArgumentList $listener, $Response
        [pscustomobject]@{ Port = $listener.LocalEndpoint.Port; Listener = $listener; Job = $job }
    }

    function Invoke-BehindProxy([int] $Port, [scriptblock] $Script) {
        $path = Join-Path $TestDrive "$(New-Guid).ps1"
        Set-Content $path $Script.ToString()
        $names = 'HTTPS_PROXY', 'https_proxy', 'OPS_SECRET'
        $before = $names | ForEach-Object { [Environment]::GetEnvironmentVariable($_) }
        try {
            $env:HTTPS_PROXY = $env:https_proxy = "http://ops:$password@127.0.0.1:$Port"
            $env:OPS_SECRET = New-Guid
            $engine, [string[]] $first = Get-Engine
            & $engine @first -NoProfile -NonInteractive -File $path $manifest 2>&1 | Out-String
        }
        finally { for ($n = 0; $n -lt $names.Count; $n++) { [Environment]::SetEnvironmentVariable($names[$n], $before[$n]) } }
    }
}

Describe 'A proxy of the environment that responds to CONNECT with <Status>' -ForEach @(
    @{ Status = '403 Forbidden' }, @{ Status = '407 Proxy Authentication Required' }, @{ Status = '302 Found' }
) {
    BeforeAll { $proxy = Start-Proxy "HTTP/1.1 $Status`r`nLocation: http://127.0.0.1/`r`nContent-Length: 0`r`nConnection: close`r`n`r`n" }

    AfterAll {
        $proxy.Listener.Stop()
        $proxy.Job | Remove-Job -Force
    }

    It 'does not get its password printed by the token endpoint, a login, Entra ID or an API' {
        $output = Invoke-BehindProxy $proxy.Port {
            Import-Module $args[0]
            $ErrorActionPreference = 'Continue'
            $login = [pscredential]::new('ada', (ConvertTo-SecureString "$(New-Guid)" -AsPlainText -Force))
            $commands = @(
                { Get-BearerToken -Authority https://id.contoso.com -ClientId ops -SecretFrom env:OPS_SECRET -Verbose -Debug }
                { Get-BearerToken -LoginUri https://api.contoso.com/login -Credential $login -Verbose -Debug }
                { Get-BearerToken -TenantId contoso.com -ClientId 11111111-2222-3333-4444-555555555555 -SecretFrom env:OPS_SECRET -Scope https://api.contoso.com/.default -Verbose -Debug }
                { Invoke-BearerRequest https://api.contoso.com/x -Token (Get-BearerToken -TokenFrom env:OPS_SECRET) -MaximumRetryCount 0 -Verbose -Debug }
            )
            foreach ($command in $commands) {
                try { & $command *>&1 | Out-String } catch { $failure = $_ }
                "failed: $($failure.FullyQualifiedErrorId)"
                $failure | Format-List * -Force | Out-String
                $failure | Out-String
                Get-Error -InputObject $failure | Out-String
                "$($failure.Exception)"
            }
        }

        [regex]::Matches($output, '(?m)^failed: \S+').Count | Should -Be 4
        $output | Should -Not -BeLike "*$password*"
    }
}
