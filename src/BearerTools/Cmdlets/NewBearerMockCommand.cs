using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Pipeline;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Creates a mock of an API. It has an address of its own, and a token whose connection leads to it.</summary>
[Cmdlet(VerbsCommon.New, "BearerMock")]
[OutputType(typeof(BearerMock))]
public sealed class NewBearerMockCommand : AsyncCmdlet
{
    /// <summary>Base address of the mock (default: an address of its own, https://mock-ID.invalid/).</summary>
    [Parameter(Position = 0)]
    [ValidateNotNull, RelativeUriTransformation]
    public Uri? BaseUri { get; set; }

    /// <summary>Lifetime of the mock's tokens, as a TimeSpan or in seconds (default 1 hour).</summary>
    [Parameter]
    [LifetimeTransformation]
    public TimeSpan TokenLifetime { get; set; } = MockFactory.TokenLifetime;

    /// <summary>Time that the mock's clock starts at (default: now).</summary>
    [Parameter]
    public DateTimeOffset StartTime { get; set; }

    private protected override void Begin()
    {
        try
        {
            var api = MockFactory.Create(BaseUri, TokenLifetime, IsTyped(nameof(StartTime)) ? StartTime : null);
            FormatData.EnsureLoaded(this);
            Feed(new TokenJob(async (_, cancel) => await MockFactory.CompleteAsync(api, cancel).ConfigureAwait(false)));
        }
        catch (Exception e) when (e is IBearerError)
        {
            Terminate(e);
        }
    }
}
