using System.Management.Automation;

namespace BearerTools.Cmdlets;

/// <summary>
/// Starts a mock of a real API in this runspace: until Stop-BearerMock, the mock responds to requests to its origin and to logins for it.
/// Other runspaces are not affected.
/// </summary>
[Cmdlet(VerbsLifecycle.Start, "BearerMock", DefaultParameterSetName = BaseUriSet)]
[OutputType(typeof(BearerMock))]
public sealed class StartBearerMockCommand : ActivatingMockCommand
{
    private protected override void Process()
    {
        if (Activate().Mock is { } mock) WriteAtOnce(mock);
    }
}
