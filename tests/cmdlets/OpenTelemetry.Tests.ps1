# The blocks of docs/opentelemetry.md, in a session of their own, with the sandbox as the collector; and the activity of the caller.

BeforeDiscovery {
    # The page's assemblies are for the .NET of PowerShell 7.6.
    $cannotLoad = [Environment]::Version.Major -lt 10
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    Import-Module "$PSScriptRoot/Support/Blocks.psm1"
    $sandbox = Start-Sandbox
    $null = Connect-Sandbox $sandbox
}

AfterAll { Stop-Sandbox $sandbox }

Describe 'The page about OpenTelemetry' -Skip:$cannotLoad {
    BeforeAll {
        $folder = New-Item (Join-Path $TestDrive otel) -ItemType Directory
        Copy-Item "$PSScriptRoot/../OtlpAssemblies/bin/Release/net8.0/*.dll" $folder -Exclude OtlpAssemblies.dll, System.Diagnostics.DiagnosticSource.dll
        $blocks = @(Get-Block (Resolve-Path "$PSScriptRoot/../../docs/opentelemetry.md")).Code
        $code = $blocks -replace '~/otel/\*\.dll', "$folder/*.dll" -replace 'http://localhost:4318', "$($sandbox.Address)/otlp" -replace '/orders/\$_', '/items/$_'
        $connect = @"
Import-Module '$(Resolve-Path "$PSScriptRoot/../../BearerTools.psd1")'
Connect-BearerApi -Authority $($sandbox.Address) -ClientId $($sandbox.ClientId) -SecretFrom 'file:$($sandbox.SecretFile)' -BaseUri $($sandbox.Api)
"@
        $script = Join-Path $TestDrive session.ps1
        # The first block comes before the first request.
        @('$ErrorActionPreference = "Stop"') + $code[0] + $connect + $code[1..($code.Count - 1)] + '"trace=$($activity.TraceId) span=$($activity.SpanId)"' | Set-Content $script
        $engine, [string[]] $first = Get-Engine
        $output = "$(& $engine @first -NoProfile -NonInteractive -File $script 2>&1)"
        $trace, $root = [regex]::Match($output, 'trace=(\w+) span=(\w+)').Groups[1, 2].Value
        $spans = @(Invoke-RestMethod "$($sandbox.Address)/otlp/spans" | Write-Output | Where-Object traceId -EQ $trace)
        $series = @(Invoke-RestMethod "$($sandbox.Address)/otlp/metrics" | Write-Output | Where-Object scope -EQ BearerTools)
    }

    It 'has the spans of all requests below the activity of the script' {
        $output | Should -Match 'trace=\w{32}'
        @($spans | Where-Object name -EQ 'nightly sync').spanId | Should -Be $root
        $requests = @($spans | Where-Object name -EQ BearerTools.Request)
        $requests.Count | Should -Be 3
        $requests.parentSpanId | Sort-Object -Unique | Should -Be $root
        $requests.attributes.'http.response.status_code' | Sort-Object -Unique | Should -Be 200
        $messages = @($spans | Where-Object { $_.kind -eq 3 -and $_.attributes.'url.full' -like '*/api/items/*' })
        $messages.Count | Should -Be 3
        $messages.parentSpanId | Should -BeIn $requests.spanId
    }

    It 'has the metrics of requests and token requests' {
        ($series | Where-Object name -EQ bearertools.requests).value | Measure-Object -Sum | ForEach-Object Sum | Should -Be 3
        ($series | Where-Object name -EQ bearertools.token.requests).attributes.'bearertools.token.flow' | Should -Be ClientCredentials
        $series.name | Should -Contain bearertools.request.queue.duration
    }
}

Describe 'The activity of the caller' {
    AfterEach { [Diagnostics.Activity]::Current = $null }

    It 'is the parent of the requests of all inputs, without a listener' {
        $activity = [Diagnostics.Activity]::new('runbook').Start()
        $sent = 1..3 | Invoke-BearerRequest -Uri { "/echo/$_" } | ForEach-Object { $_.headers.traceparent }
        $sent | Should -Be (@($activity.Id) * 3)
        [Diagnostics.Activity]::Current | Should -Be $activity
    }

    It 'is that of the moment when an input arrives' {
        $ids = [System.Collections.Generic.List[string]]::new()
        $sent = 1..3 | ForEach-Object { $ids.Add([Diagnostics.Activity]::new("input $_").Start().Id); $_ } | Invoke-BearerRequest -Uri { "/echo/$_" } |
            ForEach-Object { $_.headers.traceparent }
        $sent | Should -Be $ids
    }

    It 'does not replace a header of the caller' {
        $null = [Diagnostics.Activity]::new('runbook').Start()
        $own = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
        (Invoke-BearerRequest /echo -Headers @{ traceparent = $own }).headers.traceparent | Should -Be $own
    }

    It 'is not needed: without it, no header is sent' {
        (Invoke-BearerRequest /echo).headers.PSObject.Properties.Name | Should -Not -Contain traceparent
    }
}
