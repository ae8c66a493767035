# The assembly for the key ring, as a session loads it.

BeforeAll {
    $root = (Resolve-Path (Join-Path $PSScriptRoot '../..')).Path
    $manifest = Join-Path $root 'BearerTools.psd1'

    # Runs a script in a session of its own that has imported the module and loaded the assembly as $keyring.
    function Invoke-WithKeyring([scriptblock] $Script) {
        $text = @"
Import-Module '$manifest'
`$loader = (Get-Command Invoke-BearerRequest).ImplementingType.Assembly.GetType('BearerTools.Loading.KeyringLoader')
`$keyring = `$loader.GetMethod('Load').Invoke(`$null, `$null)
& { $Script }
"@
        & ([Environment]::ProcessPath) @(if ((Split-Path ([Environment]::ProcessPath) -LeafBase) -eq 'dotnet') { Join-Path $PSHOME 'pwsh.dll' }) -NoProfile -NonInteractive -Command $text
    }
}

Describe 'The assembly for the key ring' {
    It 'is loaded with its libraries into a context of its own' {
        Invoke-WithKeyring {
            $env:DBUS_SESSION_BUS_ADDRESS = 'unix:path=/nonexistent/bus'
            $null = try { $keyring.ReadAsync([Threading.CancellationToken]::None).GetAwaiter().GetResult() } catch { }
            $all = [System.Runtime.Loader.AssemblyLoadContext]::All | Where-Object { $_.Assemblies.GetName().Name -contains 'Tmds.DBus.Protocol' }
            "$($all.Name): $([System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($keyring.GetType().Assembly).Name)"
        } | Should -Be 'BearerTools.Keyring: BearerTools.Keyring'
    }

    It 'says at once that there is no session bus' {
        $clock, $errorId = Invoke-WithKeyring {
            $env:DBUS_SESSION_BUS_ADDRESS = $env:XDG_RUNTIME_DIR = $null
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            try { $keyring.ReadAsync([Threading.CancellationToken]::None).GetAwaiter().GetResult() }
            catch { $clock.Elapsed.TotalSeconds, $_.Exception.InnerException.ErrorId }
        }

        [double]$clock | Should -BeLessThan 10
        $errorId | Should -Be 'StoreKeyringNoBus'
    }
}
