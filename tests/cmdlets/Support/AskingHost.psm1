# A host that answers a question, as a user would at a console.

if (-not ('BearerTools.Tests.AskingHost' -as [type])) {
    Add-Type -TypeDefinition @'
using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace BearerTools.Tests
{
    public sealed class AskingHost : PSHost
    {
        private readonly AskingUI _ui;

        public AskingHost(int? answer) { _ui = new AskingUI(answer); }

        public string Message { get { return _ui.Message; } }
        public string[] Choices { get { return _ui.Choices; } }
        public int Default { get { return _ui.Default; } }
        public override CultureInfo CurrentCulture { get { return CultureInfo.InvariantCulture; } }
        public override CultureInfo CurrentUICulture { get { return CultureInfo.InvariantCulture; } }
        public override Guid InstanceId { get; } = Guid.NewGuid();
        public override string Name { get { return "AskingHost"; } }
        public override PSHostUserInterface UI { get { return _ui; } }
        public override Version Version { get { return new Version(1, 0); } }
        public override void EnterNestedPrompt() { }
        public override void ExitNestedPrompt() { }
        public override void NotifyBeginApplication() { }
        public override void NotifyEndApplication() { }
        public override void SetShouldExit(int exitCode) { }
    }

    public sealed class AskingUI : PSHostUserInterface
    {
        private readonly int? _answer;

        public AskingUI(int? answer) { _answer = answer; }

        public string Message { get; private set; }
        public string[] Choices { get; private set; }
        public int Default { get; private set; }
        public override PSHostRawUserInterface RawUI { get { return null; } }
        public override void WriteProgress(long sourceId, ProgressRecord record) { }
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
    $asking = [BearerTools.Tests.AskingHost]::new($Answer)
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

Export-ModuleMember -Function *-*
