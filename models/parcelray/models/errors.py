"""What can go wrong, as one tree. The service maps it to HTTP in one place, the command line to exit code 2.

::

    ParcelrayError
    ├── BadInputError                what was sent cannot be used: names what was expected and what came
    │   ├── UnsupportedImageError    not an image format that we read
    │   ├── CorruptImageError        an image format that we read, but broken or cut short
    │   ├── ImageTooLargeError       more pixels than the limit, told from the header
    │   ├── UnequalPairError         the high and low image of a pair do not belong together
    │   ├── KeyReusedError           an idempotency key that came before, with other content
    │   ├── DatasetError             a labelled data set that contradicts itself
    │   ├── RecipeError              a training recipe with an unknown or impossible setting
    │   ├── DemandsError             demands of the gate with an unknown or impossible setting
    │   └── ProfileError             a scanner profile that is missing, or has an unknown or impossible setting
    ├── PackageError                 a model package that must not be loaded
    │   ├── PackageNotFoundError     no package at that place
    │   ├── PackageTamperedError     a file is missing or not the one that the manifest names, or the signature is false
    │   └── PackageUntrustedError    nobody signed it whom this machine trusts
    ├── PromotionRefusedError        a model that must not become the champion, or no earlier one to go back to
    ├── AccessError                  the caller may not enter
    │   ├── KeyMissingError          no key was sent
    │   ├── KeyRefusedError          the key is not one of ours, or no longer
    │   ├── ScopeRefusedError        a key of ours, but not for this
    │   ├── SignInRefusedError       not the name and password of an account
    │   ├── SessionRefusedError      the session is not one of ours, or no longer
    │   ├── RoleRefusedError         a session of ours, but not for this
    │   ├── PasswordDueError         a session of ours, whose holder has to choose a password first
    │   └── CrossSiteError           another site may have made a browser send this
    ├── NotFoundError                nothing is kept under that name, or not for this caller
    ├── NotScreenedError             a view that could not be looked at has no picture of its boxes
    ├── ConflictError                it fits, but not as things stand
    │   ├── LastAdminError           nobody would be left to manage accounts
    │   ├── ClaimedError             another officer holds it
    │   ├── NotClaimedError          the officer who decides has not claimed it
    │   ├── TooManyClaimsError       the officer holds as many as one may
    │   ├── StageError               it is at another stage: decided already, or not to be searched
    │   └── SecondPersonError        it takes another person than the one who decided first
    ├── SetupError                   this machine is not set up for what was asked
    ├── BusyError                    not now: the caller is told when to come back
    │   ├── OverloadedError          more work is waiting than can be answered in time
    │   ├── InFlightError            the same request is being worked on
    │   ├── TooManyAttemptsError     too many sign-ins failed for this name, or from this address
    │   └── StorageError             the scan cannot be kept now, or what is kept cannot be read
    │       └── StorageFullError     no space is left
    ├── DamagedError                 what was kept is not what was stored
    └── TrainingError                a run that cannot go on
        ├── NonFiniteLossError       the loss is no longer a number
        └── ParityError              the exported graph does not answer as the network does
"""

from __future__ import annotations


class ParcelrayError(Exception):
    """The root: every error that parcelray raises on purpose."""


class BadInputError(ParcelrayError):
    """What was sent cannot be used.

    Args:
        subject: the thing that was read, in words that its sender knows (a file name, a field).
        expected: what would have been accepted.
        got: what came instead.
    """

    def __init__(self, subject: str, *, expected: str, got: str) -> None:
        super().__init__(f"{subject}: expected {expected}, got {got}")
        self.subject = subject
        self.expected = expected
        self.got = got


class UnsupportedImageError(BadInputError):
    """The bytes are not of an image format that we read."""


class CorruptImageError(BadInputError):
    """The bytes begin like an image, but cannot be decoded to the end."""


class ImageTooLargeError(BadInputError):
    """The header announces more pixels than the limit; the pixels were not read."""


class UnequalPairError(BadInputError):
    """The high-energy and the low-energy image do not form one view."""


class KeyReusedError(BadInputError):
    """An idempotency key that its sender has used for something else."""


class DatasetError(BadInputError):
    """A labelled data set contradicts itself or its taxonomy."""


class RecipeError(BadInputError):
    """A training recipe has an unknown key or an impossible value."""


class DemandsError(BadInputError):
    """What the gate is to demand has an unknown key or an impossible value."""


class ProfileError(BadInputError):
    """A scanner profile that does not exist, or has an unknown key or an impossible value."""


class PackageError(ParcelrayError):
    """A model package that must not be loaded."""


class PackageNotFoundError(PackageError):
    """There is no model package at that place."""


class PackageTamperedError(PackageError):
    """A file is missing or not the one that the manifest names, or the manifest is not the one that was signed."""


class PackageUntrustedError(PackageError):
    """The package is not signed, or not with a key that is trusted here."""


class PromotionRefusedError(ParcelrayError):
    """The model must not become the champion, or there is no earlier champion to go back to."""


class AccessError(ParcelrayError):
    """The caller may not enter."""


class KeyMissingError(AccessError):
    """The request carries no key."""


class KeyRefusedError(AccessError):
    """The key is not one of ours."""


class ScopeRefusedError(AccessError):
    """The key is one of ours, but its scope does not cover what was asked."""


class SignInRefusedError(AccessError):
    """Name and password are not those of an account. Nobody is told which of the two is wrong."""


class SessionRefusedError(AccessError):
    """The session is not one of ours, or it was ended, or its time is up."""


class RoleRefusedError(AccessError):
    """The session is one of ours, but its holder's role does not cover what was asked."""


class PasswordDueError(AccessError):
    """The holder of the session signed in with a password that serves once, and has to choose one first."""


class CrossSiteError(AccessError):
    """The request does not show that a page of this service sent it: another site may have made the browser do so."""


class NotFoundError(ParcelrayError):
    """Nothing is kept under that name; or something is, but not for this caller, who must not learn of it."""


class NotScreenedError(ParcelrayError):
    """The view could not be looked at, or has not been yet: there is nothing to draw."""


class ConflictError(ParcelrayError):
    """The request fits, but not as things stand: the parcel at the desk, or the accounts."""


class LastAdminError(ConflictError):
    """Nobody would be left to manage accounts."""


class ClaimedError(ConflictError):
    """Another officer holds the parcel."""


class NotClaimedError(ConflictError):
    """The officer who decides has not claimed the parcel, or has given it back."""


class TooManyClaimsError(ConflictError):
    """The officer holds as many parcels as one may."""


class StageError(ConflictError):
    """The parcel is at another stage: it was decided already, does not wait, or is not to be searched."""


class SecondPersonError(ConflictError):
    """It takes another person than the one who decided first."""


class SetupError(ParcelrayError):
    """This machine is not set up for what was asked: a folder, a key file or an installed extra is missing or shut."""


class BusyError(ParcelrayError):
    """It cannot be done now.

    Args:
        message: what stands in the way.
        retry_after_s: after how many whole seconds to try again.
    """

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class OverloadedError(BusyError):
    """More work is waiting than can be answered in time."""


class InFlightError(BusyError):
    """A request with the same idempotency key has come and is not answered yet."""


class TooManyAttemptsError(BusyError):
    """Too many sign-ins failed lately for this name, or from this address."""


class StorageError(BusyError):
    """The database or the image store does not answer, or takes nothing.

    Nothing of the request was kept; unless the database went away while it said that it had.
    """


class StorageFullError(StorageError):
    """No space is left where scans are kept."""


class DamagedError(ParcelrayError):
    """What was kept is missing, or is no longer what was stored."""


class TrainingError(ParcelrayError):
    """A run that cannot go on."""


class NonFiniteLossError(TrainingError):
    """The loss is infinite or not a number: the weights are lost from here on."""


class ParityError(TrainingError):
    """The exported graph does not give the boxes that the network gives."""
