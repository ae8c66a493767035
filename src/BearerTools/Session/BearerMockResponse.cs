using System.Net;
using BearerTools.Mocking;

namespace BearerTools;

/// <summary>A response of a mock, from New-BearerMockResponse.</summary>
public sealed class BearerMockResponse
{
    internal BearerMockResponse(MockResponse response) => Response = response;

    /// <summary>The status.</summary>
    public HttpStatusCode StatusCode => (HttpStatusCode)Response.Status;

    /// <summary>Time that passes on the mock's clock before the response arrives.</summary>
    public TimeSpan Delay => Response.Delay;

    /// <summary>The fault in the place of a response.</summary>
    public MockFault Fault => Response.Fault;

    internal MockResponse Response { get; }

    /// <summary>The status or the fault.</summary>
    /// <returns>Text for display.</returns>
    public override string ToString() => Fault == MockFault.None ? $"{Response.Status} {StatusCode}" : Fault.ToString();
}
