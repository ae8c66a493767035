using BearerTools.Composition;
using BearerTools.Diagnostics;
using BearerTools.Http;
using BearerTools.Http.Retrying;

namespace BearerTools.Checks;

/// <summary>
/// Tests a connection step by step, until one fails. It changes nothing: a token is requested only if a request would have to request it,
/// and none is removed or rejected.
/// </summary>
internal sealed class ConnectionCheck(CheckTarget target, IEventSink events)
{
    /// <summary>The share of the time limit for one connection, so that time is left to say more.</summary>
    private const double NetworkShare = 0.5;

    private static readonly string[] s_ofNetwork =
        [CheckSteps.NameResolution, CheckSteps.Proxy, CheckSteps.Tcp, CheckSteps.Tls, CheckSteps.Clock];

    private static readonly string[] s_ofIdentity =
        [CheckSteps.Discovery, CheckSteps.Token, CheckSteps.Audience, CheckSteps.Scopes, CheckSteps.Header];

    private readonly CheckSteps _steps = new(StoreCheck.AppliesTo(target.Connection));
    private readonly TimeProvider _time = target.Services.Time;
    private string _current = CheckSteps.Connection;

    /// <summary>The address of the request; <see langword="null"/> if it is not known.</summary>
    public Uri? Address { get; private set; } = target.Address;

    /// <summary>Runs the test. It ends within the time limit of the target.</summary>
    public async Task<CheckSteps> RunAsync(CancellationToken cancel)
    {
        var deadline = new Deadline(target.Limit, _time);
        using var scope = deadline.Within(cancel);
        try
        {
            await RunAsync(deadline, scope.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (scope.IsExpired && !cancel.IsCancellationRequested)
        {
            _steps.Fail(
                _current,
                $"no result within {TimeText.Seconds(target.Limit)}",
                $"The step {_current} had no result when the time limit of {TimeText.Seconds(target.Limit)} was over.",
                _current == CheckSteps.Request
                    ? "Check why the server is slow, or allow more time with -TimeoutSec."
                    : "Check the network, or allow more time with -TimeoutSec.",
                "TestTimeout");
        }

        return _steps;
    }

    private async Task RunAsync(Deadline deadline, CancellationToken cancel)
    {
        if (target.Fault is { } fault)
        {
            _steps.Fail(CheckSteps.Connection, fault);
            return;
        }

        if (target is { Connection: null, TokenFault: null })
            _steps.Skip(CheckSteps.Connection, "none: only the path to the address is tested");
        else _steps.Pass(CheckSteps.Connection, DescriptionOf(target.Connection));
        var connection = target.Connection;
        var address = target.Address;
        NetworkProbe? probe = null;
        if (address is not null)
        {
            probe = await NetworkAsync(address, connection, deadline, cancel).ConfigureAwait(false);
            if (_steps.Broken is not null) return;
        }

        if (target.TokenFault is { } missing)
        {
            _steps.Skip(CheckSteps.Discovery, "not needed: there is no credential to use");
            _steps.Fail(CheckSteps.Token, missing);
            return;
        }

        AccessToken? token = null;
        if (connection is null)
        {
            foreach (var name in s_ofIdentity) _steps.Skip(name, "no token is sent");
        }
        else
        {
            token = await IdentityAsync(connection, cancel).ConfigureAwait(false);
            if (token is null || _steps.Broken is not null) return;
        }

        if (address is null)
        {
            (connection, address) = Locate(connection!, token!);
            if (address is null) return;
            Address = address;
            probe = await NetworkAsync(address, connection, deadline, cancel).ConfigureAwait(false);
            if (_steps.Broken is not null) return;
        }

        _current = CheckSteps.Request;
        var context = new RequestContext(events, cancel) { Time = _time, Begun = _time.GetTimestamp(), Deadline = deadline };
        await new RequestCheck(_steps, target, address, probe)
            .RunAsync(connection ?? Anonymous(address), token, context).ConfigureAwait(false);
    }

    private Connection Anonymous(Uri address)
    {
        var connection = NoIdentity.Connect(target.Services);
        return target.Mocks?.ApplyToAnonymous(connection, address) ?? connection;
    }

    /// <summary>Why no connection to the address is tried, or <see langword="null"/> if requests to it go to the network.</summary>
    private string? NoNetworkReason(Uri address, Connection? connection) =>
        target.Mocks is { } mocks && !mocks.IsMocked(address) && !mocks.ReachesNetwork(address) ? "the address is not mocked"
            : connection is { IsMocked: true } || target.Mocks?.IsMocked(address) == true ? "a mock responds"
            : null;

    private static string DescriptionOf(Connection? connection)
    {
        if (connection is null) return "defined, but a secret is missing";
        var metadata = connection.Tokens.Source.Metadata;
        string?[] parts =
        [
            metadata.Flow, ConnectionName.Of(connection), connection.BaseUri is { } baseUri ? RequestAddress.Printable(baseUri) : null,
        ];
        return string.Join(", ", parts.OfType<string>());
    }

    private async Task<NetworkProbe?> NetworkAsync(Uri address, Connection? connection, Deadline deadline, CancellationToken cancel)
    {
        if (NoNetworkReason(address, connection) is { } reason)
        {
            foreach (var name in s_ofNetwork) _steps.Skip(name, reason);
            return null;
        }

        _current = CheckSteps.NameResolution;
        return await NetworkChecks.RunAsync(_steps, address, target, deadline.Left * NetworkShare, cancel).ConfigureAwait(false);
    }

    private async Task<AccessToken?> IdentityAsync(Connection connection, CancellationToken cancel)
    {
        if (StoreCheck.AppliesTo(connection))
        {
            _current = CheckSteps.Store;
            await new StoreCheck(_steps, connection, events).RunAsync(cancel).ConfigureAwait(false);
            if (_steps.Broken is not null) return null;
        }

        var identity = new IdentityChecks(_steps, connection, events);
        _current = CheckSteps.Discovery;
        if (!await identity.DiscoverAsync(cancel).ConfigureAwait(false)) return null;
        _current = CheckSteps.Token;
        return await identity.GetTokenAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>The address of a connection whose base address comes with the token.</summary>
    private (Connection Connection, Uri? Address) Locate(Connection connection, AccessToken token)
    {
        try
        {
            var located = connection.Located(token, events);
            if (located.BaseUri is not null)
                return (located, RequestAddress.Resolve(target.Path ?? "/", located.BaseUri, RequestAddress.Query(target.Options.Query)));
            throw new BearerRequestException("The connection has no base address, so there is no address to test.")
            {
                ErrorId = "RelativeUriWithoutBase",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Pass an address of the API in full: Test-BearerConnection -Path https://api.contoso.com/v1/users.",
            };
        }
        catch (Exception e) when (e is IBearerError)
        {
            _steps.Fail(CheckSteps.Connection, e);
            return (connection, null);
        }
    }
}
