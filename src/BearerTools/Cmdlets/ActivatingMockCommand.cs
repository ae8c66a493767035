using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Composition;
using BearerTools.Http;
using BearerTools.Mocking;
using BearerTools.Mocking.Recordings;
using BearerTools.Pipeline;
using BearerTools.Security;
using BearerTools.Session;

namespace BearerTools.Cmdlets;

/// <summary>Base class of the cmdlets that start a mock or a recording in this runspace.</summary>
public abstract class ActivatingMockCommand : AsyncCmdlet
{
    private protected const string BaseUriSet = "BaseUri";
    private protected const string MockSet = "Mock";
    private protected const string RecordSet = "Record";
    private protected const string ReplaySet = "Replay";
    private protected const string VerifySet = "Verify";

    /// <summary>Base address of the API to mock or to record. It applies to all addresses of its origin.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = BaseUriSet)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = RecordSet)]
    [Parameter(ParameterSetName = ReplaySet), Parameter(ParameterSetName = VerifySet)]
    [ValidateNotNull, RelativeUriTransformation]
    public Uri? BaseUri { get; set; }

    /// <summary>Mock to start here, such as one that another runspace created ($using:mock).</summary>
    [Parameter(Mandatory = true, ParameterSetName = MockSet, ValueFromPipeline = true)]
    [ValidateNotNull]
    public BearerMock? Mock { get; set; }

    /// <summary>File to write real requests and their responses to, without secrets. An existing file is replaced.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RecordSet)]
    [ValidateNotNullOrEmpty]
    [PathTransformation(nameof(Record))]
    public string? Record { get; set; }

    /// <summary>Adds to the file of -Record instead of replacing it.</summary>
    [Parameter(ParameterSetName = RecordSet)]
    public SwitchParameter Append { get; set; }

    /// <summary>Further names of fields, query parameters and headers whose values are not recorded, or not compared.</summary>
    [Parameter(ParameterSetName = RecordSet), Parameter(ParameterSetName = VerifySet)]
    [ValidateNotNullOrEmpty]
    public string[] Redact { get; set; } = [];

    /// <summary>Recording, or HAR file of a browser, to take the responses from. Each is used once; other requests fail.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ReplaySet)]
    [ValidateNotNullOrEmpty]
    [PathTransformation(nameof(Replay))]
    public string? Replay { get; set; }

    /// <summary>
    /// Recording to compare an API with: requests are real, and responses that differ from it are an error when the mock stops.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = VerifySet)]
    [ValidateNotNullOrEmpty]
    [PathTransformation(nameof(Verify))]
    public string? Verify { get; set; }

    /// <summary>Records the time of each response, or lets it pass on the mock's clock in a replay.</summary>
    [Parameter(ParameterSetName = RecordSet), Parameter(ParameterSetName = ReplaySet)]
    public SwitchParameter KeepTiming { get; set; }

    /// <summary>Lets requests to origins that are not mocked, and logins for them, go to the network. Without it, they fail.</summary>
    [Parameter]
    public SwitchParameter AllowNetwork { get; set; }

    /// <summary>Lifetime of the mocked tokens, as a TimeSpan or in seconds (default 1 hour).</summary>
    [Parameter(ParameterSetName = BaseUriSet), Parameter(ParameterSetName = ReplaySet)]
    [LifetimeTransformation]
    public TimeSpan TokenLifetime { get; set; } = MockFactory.TokenLifetime;

    /// <summary>Time that the mock's clock starts at (default: now).</summary>
    [Parameter(ParameterSetName = BaseUriSet), Parameter(ParameterSetName = ReplaySet)]
    public DateTimeOffset StartTime { get; set; }

    /// <summary>Starts the mock or recording that the command line describes.</summary>
    private protected ActiveMock Activate()
    {
        try
        {
            WarnOfLeft();
            FormatData.EnsureLoaded(this);
            var recorder = Record is not null
                ? ActiveRecorder.ToFile(RequestAddress.Base(BaseUri!), PSLocation.File(this, Record), Redact, Append, KeepTiming)
                : Verify is null ? null
                : ActiveRecorder.Against(BaseUri is null ? null : RequestAddress.Base(BaseUri), PSLocation.File(this, Verify), Redact);
            var active = ActiveMock.Create(this, recorder is null ? Mock ?? Create() : null, recorder, AllowNetwork);
            if (recorder is not null) CheckNotMocked(recorder.Recorder.BaseUri);
            if (ActiveMocks.All(this).FirstOrDefault(other => other.Origin == active.Origin) is { } before)
                WriteVerbose(
                    $"A mock for {active.Origin}, started at {before.Place}, is active already. The new one responds until it is stopped.");
            ActiveMocks.Start(this, active);
            return active;
        }
        catch (Exception e) when (e is IBearerError)
        {
            Terminate(e);
            throw;
        }
    }

    /// <summary>Stops it when its block has ended.</summary>
    private protected void Deactivate(ActiveMock active, bool saves)
    {
        try
        {
            ActiveMocks.Stop(this, active, saves, isBlock: true);
        }
        catch (BearerRequestException e)
        {
            Terminate(e);
        }
    }

    /// <exception cref="BearerRequestException">A mock would respond to the requests that are to be recorded.</exception>
    private void CheckNotMocked(Uri? baseUri)
    {
        if ((Record ?? Verify) is null || baseUri is null) return;
        var origin = Origin.Of(RequestAddress.Base(baseUri));
        if (ActiveMocks.All(this).FirstOrDefault(other => other.Mock is not null && other.Origin == origin) is not { } mock) return;
        throw MockErrors.Error(
            "MockInvalid", BearerErrorKind.InvalidArgument,
            $"Requests to {origin} would not be sent to the API: a mock for it, started at {mock.Place}, is active.",
            "Stop it with Stop-BearerMock first.");
    }

    private BearerMock Create()
    {
        Replay? replay = null;
        if (Replay is not null)
        {
            var path = PSLocation.File(this, Replay);
            var recording = RecordingFiles.Read(path, BaseUri is null ? null : RequestAddress.Base(BaseUri));
            if (BaseUri is not null && recording.BaseUri != RequestAddress.Base(BaseUri))
            {
                throw MockErrors.Error(
                    "RecordingOfAnotherApi", BearerErrorKind.InvalidArgument,
                    $"The recording {path} is of {recording.BaseUri}, not of {BaseUri}.",
                    "Omit -BaseUri: it selects the requests of a HAR file. To compare another address, use -Verify.");
            }

            if (KeepTiming && recording.Entries.All(entry => entry.Delay is null))
            {
                throw MockErrors.Error(
                    "RecordingWithoutTiming", BearerErrorKind.InvalidArgument, $"The recording {path} contains no times of responses.",
                    "Record with -KeepTiming too, or replay without it.");
            }

            (BaseUri, replay) = (recording.BaseUri, new Replay(recording, path, KeepTiming));
        }

        var api = MockFactory.Create(BaseUri, TokenLifetime, IsTyped(nameof(StartTime)) ? StartTime : null, replay);
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
