using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Grants;

namespace BearerTools.Cmdlets;

/// <summary>A code that the user confirms in a browser on any device (RFC 8628). Never chosen as a fallback.</summary>
public abstract partial class TokenFlowCommand
{
    /// <summary>Shows a code and the address of the page to enter it on, and waits until the user has entered it.</summary>
    [Parameter(ParameterSetName = Flow.DeviceCode, Mandatory = true), Parameter(ParameterSetName = Flow.EntraDeviceCode, Mandatory = true)]
    [CheckedWhenRun(typeof(SwitchParameter))]
    public SwitchParameter DeviceCode { get; set; }

    /// <summary>Address of the device authorization endpoint, for authorities without metadata.</summary>
    [Parameter(ParameterSetName = Flow.DeviceCode)]
    [ArgumentCompleter(typeof(NoCompleter))]
    [CheckedWhenRun(typeof(Uri))]
    public Uri? DeviceAuthorizationEndpoint { get; set; }

    private DeviceCodeSource DeviceCodeLogin() => new(CreateClient(), CreateScope(), DeviceAuthorizationEndpoint);
}
