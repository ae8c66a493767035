using System.Management.Automation;
using BearerTools.Grants;

namespace BearerTools.Cmdlets;

/// <summary>A code that a person confirms in a browser on any device (RFC 8628). Only ever used when named.</summary>
public abstract partial class TokenFlowCommand
{
    private const string DeviceCodeSet = "DeviceCode";

    /// <summary>Shows a code and a page to enter it, and waits until that has been done.</summary>
    [Parameter(ParameterSetName = DeviceCodeSet, Mandatory = true)]
    public SwitchParameter DeviceCode { get; set; }

    /// <summary>The device authorization endpoint, for authorities without metadata.</summary>
    [Parameter(ParameterSetName = DeviceCodeSet)]
    public Uri? DeviceAuthorizationEndpoint { get; set; }

    private DeviceCodeSource DeviceCodeLogin() => new(LoginClient(DeviceCode, nameof(DeviceCode)), Wanted(), DeviceAuthorizationEndpoint);
}
