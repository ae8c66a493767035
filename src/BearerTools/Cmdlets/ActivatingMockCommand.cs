using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Pipeline;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Base class of the cmdlets that start a mock in this runspace.</summary>
public abstract class ActivatingMockCommand : AsyncCmdlet
{
    private protected const string BaseUriSet = "BaseUri";
    private protected const string MockSet = "Mock";

    /// <summary>Base address of the API to mock. All addresses of its origin are mocked.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = BaseUriSet)]
    [ValidateNotNull, RelativeUriTransformation]
    public Uri? BaseUri { get; set; }

    /// <summary>Mock to start here, such as one that another runspace created ($using:mock).</summary>
    [Parameter(Mandatory = true, ParameterSetName = MockSet, ValueFromPipeline = true)]
    [ValidateNotNull]
    public BearerMock? Mock { get; set; }

    /// <summary>Lets requests to origins that are not mocked, and logins for them, go to the network. Without it, they fail.</summary>
    [Parameter]
    public SwitchParameter AllowNetwork { get; set; }

    /// <summary>Lifetime of the mocked tokens, as a TimeSpan or in seconds (default 1 hour).</summary>
    [Parameter(ParameterSetName = BaseUriSet)]
    [LifetimeTransformation]
    public TimeSpan TokenLifetime { get; set; } = MockFactory.TokenLifetime;

    /// <summary>Time that the mock's clock starts at (default: now).</summary>
    [Parameter(ParameterSetName = BaseUriSet)]
    public DateTimeOffset StartTime { get; set; }

    /// <summary>Starts the mock that the command line describes.</summary>
    private protected ActiveMock Activate()
    {
        try
        {
            WarnOfLeft();
            FormatData.EnsureLoaded(this);
            var mock = Mock ?? Create();
            var active = ActiveMock.Create(this, mock, AllowNetwork);
            if (ActiveMocks.All(this).FirstOrDefault(other => other.Mock.Api.Mock.Origin == mock.Api.Mock.Origin) is { } before)
                WriteVerbose($"A mock for {mock.Api.Mock.Origin}, started at {before.Place}, is active already. The new one answers until it is stopped.");
            ActiveMocks.Start(this, active);
            return active;
        }
        catch (Exception e) when (e is IBearerError)
        {
            Terminate(e);
            throw;
        }
    }

    private BearerMock Create()
    {
        var api = MockFactory.Create(BaseUri, TokenLifetime, IsTyped(nameof(StartTime)) ? StartTime : null);
        BearerMock mock = null!;
        Await(async (_, cancel) => mock = await MockFactory.CompleteAsync(api, cancel).ConfigureAwait(false));
        return mock;
    }

    /// <summary>Warns of mocks whose scripts have ended, and stops them.</summary>
    private void WarnOfLeft()
    {
        if (ActiveMocks.All(this) is not { Count: > 0 } all) return;
        var running = ActiveMock.Scripts(this).Select(frame => frame.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var left in all.Where(mock => mock.IsLeft(running)))
        {
            WriteWarning($"{left.LeftActive} It is stopped now.");
            ActiveMocks.Stop(this, left);
        }
    }
}
