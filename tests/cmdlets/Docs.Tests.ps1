# The examples and links of the README and of the guides.

BeforeDiscovery {
    $documents = Get-Item "$PSScriptRoot/../../README.md", "$PSScriptRoot/../../docs/*.md", "$PSScriptRoot/../../docs/recipes/*.md" | ForEach-Object { @{ Name = $_.Name; Path = $_.FullName } }
}

Describe 'The document <Name>' -ForEach $documents {
    BeforeAll {
        Import-Module "$PSScriptRoot/../../BearerTools.psd1"
        # The guide for module authors uses it.
        Import-Module "$PSScriptRoot/../../docs/samples/ContosoOps/ContosoOps.psm1"
        $text = Get-Content $Path -Raw
    }

    It 'has examples whose commands and parameters exist and go together' {
        $problems = foreach ($example in [regex]::Matches($text, '(?s)```powershell\n(.*?)```')) {
            $errors = $null
            $code = [System.Management.Automation.Language.Parser]::ParseInput($example.Groups[1].Value, [ref]$null, [ref]$errors)
            $errors
            foreach ($command in $code.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
                if (-not (Get-Command $command.GetCommandName() -ErrorAction Ignore)) { "There is no command $($command.GetCommandName())."; continue }
                if ((Get-Command $command.GetCommandName()).ModuleName -ne 'BearerTools') { continue }
                # The binder does not know what is splatted.
                if ($command.CommandElements | Where-Object { "$_".StartsWith('@') -and "$_" -notmatch '^@[{(]' }) { continue }
                $binding = [System.Management.Automation.Language.StaticParameterBinder]::BindCommand($command, $true)
                foreach ($failure in $binding.BindingExceptions.Values) { "$($command.Extent.Text): $($failure.BindingException.Message)" }
            }
        }

        $problems | Should -BeNullOrEmpty
    }

    It 'links to files that exist' {
        $folder = Split-Path $Path
        $targets = [regex]::Matches($text, '\]\((?!https?:)([^)#]+)').ForEach{ $_.Groups[1].Value }

        $targets | Where-Object { -not (Test-Path (Join-Path $folder $_)) } | Should -BeNullOrEmpty
    }
}
