# A host that remembers the progress that it is told of, as a console would show it, and answers a question, as a user would.

if (-not ('BearerTools.Tests.TestHost' -as [type])) {
    Add-Type -TypeDefinition @'
using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace BearerTools.Tests
{
    public sealed class TestHost : PSHost
    {
        private readonly TestUI _ui;

        public TestHost(bool answers, int? answer) { _ui = new TestUI(answers, answer); }

        public ConcurrentQueue<KeyValuePair<long, ProgressRecord>> Records { get { return _ui.Records; } }
        public string Message { get { return _ui.Message; } }
        public string[] Choices { get { return _ui.Choices; } }
        public int Default { get { return _ui.Default; } }
        public override CultureInfo CurrentCulture { get { return CultureInfo.InvariantCulture; } }
        public override CultureInfo CurrentUICulture { get { return CultureInfo.InvariantCulture; } }
        public override Guid InstanceId { get; } = Guid.NewGuid();
        public override string Name { get { return "TestHost"; } }
        public override PSHostUserInterface UI { get { return _ui; } }
        public override Version Version { get { return new Version(1, 0); } }
        public override void EnterNestedPrompt() { }
        public override void ExitNestedPrompt() { }
        public override void NotifyBeginApplication() { }
        public override void NotifyEndApplication() { }
        public override void SetShouldExit(int exitCode) { }
    }

    public sealed class TestUI : PSHostUserInterface
    {
        private readonly bool _answers;
        private readonly int? _answer;

        public TestUI(bool answers, int? answer)
        {
            _answers = answers;
            _answer = answer;
        }

        public ConcurrentQueue<KeyValuePair<long, ProgressRecord>> Records { get; } = new ConcurrentQueue<KeyValuePair<long, ProgressRecord>>();
        public string Message { get; private set; }
        public string[] Choices { get; private set; }
        public int Default { get; private set; }
        public override PSHostRawUserInterface RawUI { get { return null; } }
        public override void WriteProgress(long sourceId, ProgressRecord record) { Records.Enqueue(new KeyValuePair<long, ProgressRecord>(sourceId, record)); }
        public override string ReadLine() { throw new NotImplementedException(); }
        public override SecureString ReadLineAsSecureString() { throw new NotImplementedException(); }
        public override void Write(string value) { }
        public override void Write(ConsoleColor foreground, ConsoleColor background, string value) { }
        public override void WriteLine(string value) { }
        public override void WriteErrorLine(string value) { }
        public override void WriteDebugLine(string message) { }
        public override void WriteVerboseLine(string message) { }
        public override void WriteWarningLine(string message) { }
        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) { throw new NotImplementedException(); }
        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) { throw new NotImplementedException(); }
        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName, PSCredentialTypes types, PSCredentialUIOptions options) { throw new NotImplementedException(); }

        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
        {
            if (!_answers) throw new NotImplementedException();
            Message = message;
            Choices = choices.Select(choice => choice.Label).ToArray();
            Default = defaultChoice;
            return _answer ?? defaultChoice;
        }
    }
}
'@
}

# Runs a script whose question gets this answer; without one, the user presses Enter. Gives what was asked.
function Invoke-Asked([string] $Module, [string] $Script, [nullable[int]] $Answer) {
    $asking = [BearerTools.Tests.TestHost]::new($true, $Answer)
    $space = [runspacefactory]::CreateRunspace($asking)
    $space.Open()
    $shell = [powershell]::Create($space)
    try {
        $null = $shell.AddScript("Import-Module '$Module'; $Script").Invoke()
        if ($shell.HadErrors) { throw "$($shell.Streams.Error)" }
        $asking
    }
    finally {
        $shell.Dispose()
        $space.Dispose()
    }
}

# A script that runs under a host that answers no questions; Records grows while it does.
function Start-Watched {
    [CmdletBinding()]
    param([string] $Module, [string] $Script)
    $token = Get-CallersToken $PSCmdlet
    $watching = [BearerTools.Tests.TestHost]::new($false, $null)
    $runspace = [runspacefactory]::CreateRunspace($watching, [initialsessionstate]::CreateDefault2())
    $runspace.Open()
    $shell = [powershell]::Create($runspace)
    $null = $shell.AddScript('Import-Module $args[0]; if ($args[1]) { Connect-BearerApi -Token $args[1] }').AddArgument($Module).AddArgument($token).Invoke()
    $shell.Commands.Clear()
    $output = [Management.Automation.PSDataCollection[psobject]]::new()
    [pscustomobject]@{
        Shell   = $shell.AddScript($Script)
        Output  = $output
        Run     = $shell.BeginInvoke([Management.Automation.PSDataCollection[psobject]] @(), $output)
        Records = $watching.Records
    }
}

# The lines of commands of this module, as long as they were shown.
function Get-Line($Started) { @($Started.Records.ToArray().Value | Where-Object Activity -EQ Invoke-BearerRequest) }

Export-ModuleMember -Function *-*
