# What -WhatIf shows of each request.

BeforeAll {
    $module = "$PSScriptRoot/../../BearerTools.psd1"
    Import-Module $module
    Import-Module "$PSScriptRoot/Support/Sandbox.psm1"
    $sandbox = Start-Sandbox
    $engine, $first = Get-Engine

    # The lines of a session, because the host writes them, not the pipeline.
    function Get-Preview([string] $Call) {
        $session = "Import-Module '$module'; Connect-BearerApi -Authority '$($sandbox.Address)' -ClientId '$($sandbox.ClientId)' -SecretFrom 'file:$($sandbox.SecretFile)' -BaseUri '$($sandbox.Api)'; $Call"
        @(& $engine $first -NoProfile -NonInteractive -Command $session) -match 'What if'
    }
}

AfterAll { Stop-Sandbox $sandbox }

Describe '-WhatIf' {
    BeforeEach { Reset-SandboxStats $sandbox }

    It 'shows the method, the address and the body of each input, without values of names such as password' {
        $lines = Get-Preview '1..2 | Invoke-BearerRequest -Uri { "things/$_" } -Method Post -Body { [ordered]@{ n = $_; password = "hunter2" } } -WhatIf'

        $lines | Should -HaveCount 2
        $lines[0] | Should -BeLike "*""POST""*things/1*{""n"":1,""password"":""``*``*``*""}*"
        $lines[1] | Should -BeLike "*""POST""*things/2*{""n"":2,""password"":""``*``*``*""}*"
        (Get-SandboxStats $sandbox).requests | Should -Be 0
    }

    It 'shows the query, which may say what is changed, without values of names such as password' {
        $lines = Get-Preview '1..2 | Invoke-BearerRequest -Uri { "things?id=$_&name=a%20b&api_key=hunter2" } -Method Delete -WhatIf'

        $lines | Should -HaveCount 2
        $lines[0] | Should -BeLike '*things[?]id=1&name=a%20b&api_key=`*`*`**'
        $lines[1] | Should -BeLike '*things[?]id=2&*'
        "$lines" | Should -Not -BeLike '*hunter2*'
    }

    It 'shows 200 characters of a long body' {
        $line = Get-Preview 'Invoke-BearerRequest things -Method Put -Body ("x" * 5000) -WhatIf'
        $line | Should -BeLike "*$('x' * 200)…*"
        $line | Should -Not -BeLike "*$('x' * 201)*"
    }

    It 'shows which file is sent, and the fields of a form' {
        Get-Preview "Invoke-BearerRequest things -Method Put -InFile '$($sandbox.SecretFile)' -WhatIf" | Should -BeLike "*the file $($sandbox.SecretFile)*"
        Get-Preview "Invoke-BearerRequest things -Method Post -Form @{ title = 'x' } -WhatIf" | Should -BeLike '*a form: title=x*'
        Get-Preview "Invoke-BearerRequest things -Method Post -Form @{ by = [byte[]](1, 2, 3) } -WhatIf" | Should -BeLike '*a form: by=(3 bytes)*'
    }

    It 'writes no file, and shows where it would be' {
        $file = Join-Path $TestDrive saved.json
        Get-Preview "Invoke-BearerRequest users -OutFile '$file' -WhatIf" | Should -BeLike "*GET*$file*"
        Test-Path $file | Should -BeFalse
    }
}
