using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Mocking;

namespace BearerTools.Cmdlets;

/// <summary>Moves the clock of a mock forward: tokens expire, and pauses end. Nothing waits in real time.</summary>
[Cmdlet(VerbsCommon.Set, "BearerMockClock", DefaultParameterSetName = "Advance", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class SetBearerMockClockCommand : MockCommand
{
    /// <summary>How far to move it, as a TimeSpan or in seconds.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Advance")]
    [LifetimeTransformation]
    public TimeSpan Advance { get; set; }

    /// <summary>The time to set it to. It cannot go back.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Now")]
    public DateTimeOffset Now { get; set; }

    private protected override void Process(BearerMock mock)
    {
        var clock = mock.Api.Mock.Clock;
        var by = ParameterSetName == "Now" ? Now - clock.GetUtcNow() : Advance;
        if (by < TimeSpan.Zero)
        {
            throw MockErrors.Error(
                "MockClockBackwards", BearerErrorKind.InvalidArgument,
                $"The clock of the mock is at {TimeText.Of(clock.GetUtcNow())} and cannot go back.",
                    "Create a mock with an earlier -StartTime.");
        }

        if (by > MockClock.Latest - clock.GetUtcNow())
        {
            throw MockErrors.Error(
                "MockInvalid", BearerErrorKind.InvalidArgument, "The clock of the mock would be later than the year 9000.",
                "Pass a shorter time, such as -Advance 01:00:00.");
        }

        if (ShouldProcess(mock.ToString(), $"Move the clock by {TimeText.Seconds(by)}")) clock.Advance(by);
    }
}
